package phone_test

import (
	"testing"

	"contact-distributor/csvmodel/phone"
)

func TestAccountsOfTwoForms(t *testing.T) {
	for _, c := range []struct{ name, a, b string }{
		{"Mexico, with the 1 of old mobile numbers", "525512345678@c.us", "5215512345678@c.us"},
		{"Argentina, with the 9 of mobile numbers", "541123456789@c.us", "5491123456789@c.us"},
		{"Argentina, with a long area", "542966123456@c.us", "5492966123456@c.us"},
		{"Brazil, with the ninth digit", "551187654321@c.us", "5511987654321@c.us"},
		{"Brazil, in another area", "558562345678@c.us", "5585962345678@c.us"},
	} {
		t.Run(c.name, func(t *testing.T) {
			short, long := phone.Forms(c.b)
			if short != c.a || long != c.b || phone.Account(c.a) != phone.Account(c.b) {
				t.Errorf("got %s, %s", short, long)
			}
			if short, long := phone.Forms(c.a); short != c.a || long != c.b {
				t.Errorf("got %s, %s", short, long)
			}
		})
	}
	for _, c := range []struct{ name, id string }{
		{"a fixed line of Brazil", "551134567890@c.us"},
		{"a mobile number of Brazil that was never a digit shorter", "5511954321098@c.us"},
		{"a number of Brazil with another digit behind the area", "5511887654321@c.us"},
		{"a number of Mexico that is a digit longer otherwise", "5225512345678@c.us"},
		{"a number of Argentina that is a digit longer otherwise", "5481123456789@c.us"},
		{"a number of Mexico that is too short", "52551234567@c.us"},
		{"a number of Peru", "51912345678@c.us"},
		{"a number of Chile", "56912345678@c.us"},
		{"a number of Russia that only ends so", "79215512345@c.us"},
		{"a group of a Mexican", "5215512345678-1581234048@g.us"},
		{"a new group", "525512345678120363@g.us"},
		{"a hidden number", "5215512345678@lid"},
		{"nothing", ""},
		{"a short id", "52@c.us"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if short, long := phone.Forms(c.id); short != c.id || long != "" || phone.Account(c.id) != c.id {
				t.Errorf("got %s, %s", short, long)
			}
		})
	}
}
