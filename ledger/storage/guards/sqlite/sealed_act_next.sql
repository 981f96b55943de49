-- An act comes right after the last one of its chain.
CREATE TRIGGER sealed_act_next BEFORE INSERT ON sealed_act
BEGIN
    SELECT RAISE(ABORT, 'cofiville:an act comes after the last one') WHERE NEW.number <> 1 + (
        SELECT coalesce(max(number), 0) FROM sealed_act WHERE contract = NEW.contract);
END;
