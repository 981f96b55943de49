-- An entry comes after the last one sealed, on a day of an open exercice; its reference is new.
CREATE TRIGGER entry_next BEFORE INSERT ON entry
BEGIN
    SELECT RAISE(ABORT, 'cofiville:entry already sealed') FROM chain_head WHERE contract = NEW.contract
        AND sequence >= NEW.sequence;
    SELECT RAISE(ABORT, 'cofiville:entry already exists') FROM entry WHERE contract = NEW.contract
        AND reference = NEW.reference;
    SELECT RAISE(ABORT, 'cofiville:entry already exists') FROM entry WHERE contract = NEW.contract
        AND reverses = NEW.reverses;
    SELECT RAISE(ABORT, 'cofiville:day outside an open exercice') WHERE NOT EXISTS (SELECT 1 FROM exercice
        WHERE contract = NEW.contract AND year = CAST(substr(NEW.effect_on, 1, 4) AS INTEGER)
        AND closed_on IS NULL);
END;
