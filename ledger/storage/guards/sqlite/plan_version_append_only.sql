-- Rows of plan_version are written once, never changed, deleted nor replaced.
CREATE TRIGGER plan_version_once BEFORE INSERT ON plan_version
BEGIN
    SELECT RAISE(ABORT, 'cofiville:plan_version already exists') FROM plan_version WHERE contract = NEW.contract
        AND action = NEW.action AND rank = NEW.rank;
END;

CREATE TRIGGER plan_version_no_delete BEFORE DELETE ON plan_version
BEGIN
    SELECT RAISE(ABORT, 'cofiville:plan_version is append-only');
END;

CREATE TRIGGER plan_version_no_update BEFORE UPDATE ON plan_version
BEGIN
    SELECT RAISE(ABORT, 'cofiville:plan_version is append-only');
END;
