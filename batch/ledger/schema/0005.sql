-- With all that says which cards went: a day's can be many.
DROP INDEX rows_intended;
CREATE INDEX rows_went ON rows (instance, intended, status, accepted) WHERE intended > 0;
