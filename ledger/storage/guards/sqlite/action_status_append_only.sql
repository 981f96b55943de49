-- Rows of action_status are written once, never changed, deleted nor replaced.
CREATE TRIGGER action_status_new BEFORE INSERT ON action_status
BEGIN
    SELECT RAISE(ABORT, 'cofiville:action_status already exists') FROM action_status
        WHERE contract = NEW.contract AND action = NEW.action AND rank = NEW.rank;
END;

CREATE TRIGGER action_status_no_delete BEFORE DELETE ON action_status
BEGIN
    SELECT RAISE(ABORT, 'cofiville:action_status is append-only');
END;

CREATE TRIGGER action_status_no_update BEFORE UPDATE ON action_status
BEGIN
    SELECT RAISE(ABORT, 'cofiville:action_status is append-only');
END;
