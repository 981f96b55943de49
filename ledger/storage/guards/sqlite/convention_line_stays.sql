-- No line is taken from a convention once it is signed.
CREATE TRIGGER convention_line_stays BEFORE DELETE ON convention_line
BEGIN
    SELECT RAISE(ABORT, 'cofiville:convention_line keeps what was signed') WHERE (SELECT state FROM convention
        WHERE contract = OLD.contract AND number = OLD.convention) <> 'brouillon';
END;
