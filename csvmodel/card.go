package csvmodel

// Card is the contact that goes to all chats of a file.
type Card struct{ fields Fields }
