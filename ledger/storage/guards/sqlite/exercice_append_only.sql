-- An exercice is never deleted.
CREATE TRIGGER exercice_stays BEFORE DELETE ON exercice
BEGIN
    SELECT RAISE(ABORT, 'cofiville:an exercice is never deleted');
END;
