-- Rows of direct_grant are written once, never changed, deleted nor replaced.
CREATE TRIGGER direct_grant_new BEFORE INSERT ON direct_grant
BEGIN
    SELECT RAISE(ABORT, 'cofiville:direct_grant already exists') FROM direct_grant WHERE contract = NEW.contract
        AND reference = NEW.reference;
END;

CREATE TRIGGER direct_grant_no_delete BEFORE DELETE ON direct_grant
BEGIN
    SELECT RAISE(ABORT, 'cofiville:direct_grant is append-only');
END;

CREATE TRIGGER direct_grant_no_update BEFORE UPDATE ON direct_grant
BEGIN
    SELECT RAISE(ABORT, 'cofiville:direct_grant is append-only');
END;
