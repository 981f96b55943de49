-- Rows of avenant are written once, never changed, deleted nor replaced.
CREATE TRIGGER avenant_new BEFORE INSERT ON avenant
BEGIN
    SELECT RAISE(ABORT, 'cofiville:avenant already exists') FROM avenant WHERE contract = NEW.contract
        AND convention = NEW.convention AND rank = NEW.rank;
END;

CREATE TRIGGER avenant_no_delete BEFORE DELETE ON avenant
BEGIN
    SELECT RAISE(ABORT, 'cofiville:avenant is append-only');
END;

CREATE TRIGGER avenant_no_update BEFORE UPDATE ON avenant
BEGIN
    SELECT RAISE(ABORT, 'cofiville:avenant is append-only');
END;
