-- Two versions of one rule never hold on the same day, but where one supersedes the other.
CREATE TRIGGER rule_version_next BEFORE INSERT ON rule_version
BEGIN
    SELECT RAISE(ABORT, 'cofiville:rule_version already exists') FROM rule_version WHERE contract = NEW.contract
        AND id = NEW.id;
    SELECT RAISE(ABORT, 'cofiville:rule versions overlap') WHERE EXISTS (SELECT 1 FROM rule_version AS other
        WHERE other.contract = NEW.contract AND other.kind = NEW.kind AND other.scope = NEW.scope
        AND (NEW.supersedes IS NULL OR other.id <> NEW.supersedes) AND (NEW.last_day IS NULL
        OR other.first_day <= NEW.last_day) AND (other.last_day IS NULL OR other.last_day >= NEW.first_day)
        AND NOT EXISTS (SELECT 1 FROM rule_version AS later WHERE later.contract = other.contract
        AND later.supersedes = other.id));
END;
