-- A contract has one chain, whose head is the seal of an entry.
CREATE TRIGGER chain_head_new BEFORE INSERT ON chain_head
BEGIN
    SELECT RAISE(ABORT, 'cofiville:the chain only grows') FROM chain_head WHERE contract = NEW.contract;
    SELECT RAISE(ABORT, 'cofiville:the head is the seal of an entry') WHERE NOT EXISTS (SELECT 1 FROM entry
        WHERE contract = NEW.contract AND sequence = NEW.sequence AND seal = NEW.seal);
END;
