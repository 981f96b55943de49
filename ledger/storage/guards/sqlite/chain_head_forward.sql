-- The head of a chain only moves forward, to the seal of an entry.
CREATE TRIGGER chain_head_forward BEFORE UPDATE ON chain_head
BEGIN
    SELECT RAISE(ABORT, 'cofiville:the chain only grows') WHERE NEW.contract <> OLD.contract
        OR NEW.sequence <= OLD.sequence;
    SELECT RAISE(ABORT, 'cofiville:the head is the seal of an entry') WHERE NOT EXISTS (SELECT 1 FROM entry
        WHERE contract = NEW.contract AND sequence = NEW.sequence AND seal = NEW.seal);
END;
