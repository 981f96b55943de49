-- The totals of months are moved by the head of the chain alone.
CREATE TRIGGER month_total_insert BEFORE INSERT ON month_total
WHEN coalesce((SELECT sequence FROM chain_head WHERE contract = NEW.contract), 0) - coalesce((SELECT sequence
    FROM month_known WHERE contract = NEW.contract), 0) < 1000
BEGIN
    SELECT RAISE(ABORT, 'cofiville:months follow the chain');
END;

CREATE TRIGGER month_total_stays BEFORE DELETE ON month_total
BEGIN
    SELECT RAISE(ABORT, 'cofiville:months follow the chain');
END;

CREATE TRIGGER month_total_update BEFORE UPDATE ON month_total
WHEN coalesce((SELECT sequence FROM chain_head WHERE contract = NEW.contract), 0) - coalesce((SELECT sequence
    FROM month_known WHERE contract = NEW.contract), 0) < 1000
BEGIN
    SELECT RAISE(ABORT, 'cofiville:months follow the chain');
END;
