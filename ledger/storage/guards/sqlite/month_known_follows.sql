-- Up to which entry months are counted is moved by the head of the chain alone.
CREATE TRIGGER month_known_insert BEFORE INSERT ON month_known
WHEN coalesce((SELECT sequence FROM chain_head WHERE contract = NEW.contract), 0) - coalesce((SELECT sequence
    FROM month_known WHERE contract = NEW.contract), 0) < 1000
BEGIN
    SELECT RAISE(ABORT, 'cofiville:months follow the chain');
END;

CREATE TRIGGER month_known_stays BEFORE DELETE ON month_known
BEGIN
    SELECT RAISE(ABORT, 'cofiville:months follow the chain');
END;

CREATE TRIGGER month_known_update BEFORE UPDATE ON month_known
WHEN coalesce((SELECT sequence FROM chain_head WHERE contract = NEW.contract), 0) - coalesce((SELECT sequence
    FROM month_known WHERE contract = NEW.contract), 0) < 1000
BEGIN
    SELECT RAISE(ABORT, 'cofiville:months follow the chain');
END;
