-- A line of a convention is never replaced by another of the same key.
CREATE TRIGGER convention_line_new BEFORE INSERT ON convention_line
BEGIN
    SELECT RAISE(ABORT, 'cofiville:convention_line already exists') FROM convention_line
        WHERE contract = NEW.contract AND convention = NEW.convention AND action = NEW.action
        AND line = NEW.line;
END;
