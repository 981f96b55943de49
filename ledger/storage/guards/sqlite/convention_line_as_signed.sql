-- What was signed stays as signed: the lines of a convention change only until then.
CREATE TRIGGER convention_line_as_signed BEFORE UPDATE ON convention_line
WHEN NOT (OLD.contract = NEW.contract AND OLD.convention = NEW.convention AND OLD.action = NEW.action
    AND OLD.line = NEW.line AND OLD.amount = NEW.amount AND OLD.terms = NEW.terms)
BEGIN
    SELECT RAISE(ABORT, 'cofiville:convention_line keeps what was signed') WHERE (SELECT state FROM convention
        WHERE contract = OLD.contract AND number = OLD.convention) <> 'brouillon';
END;
