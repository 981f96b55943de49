-- Rows of avenant_line are written once, never changed, deleted nor replaced.
CREATE TRIGGER avenant_line_new BEFORE INSERT ON avenant_line
BEGIN
    SELECT RAISE(ABORT, 'cofiville:avenant_line already exists') FROM avenant_line WHERE contract = NEW.contract
        AND convention = NEW.convention AND rank = NEW.rank AND action = NEW.action AND line = NEW.line;
END;

CREATE TRIGGER avenant_line_no_delete BEFORE DELETE ON avenant_line
BEGIN
    SELECT RAISE(ABORT, 'cofiville:avenant_line is append-only');
END;

CREATE TRIGGER avenant_line_no_update BEFORE UPDATE ON avenant_line
BEGIN
    SELECT RAISE(ABORT, 'cofiville:avenant_line is append-only');
END;
