-- There is one scenario for each name.
CREATE TRIGGER scenario_new BEFORE INSERT ON scenario
BEGIN
    SELECT RAISE(ABORT, 'cofiville:scenario already exists') FROM scenario WHERE contract = NEW.contract
        AND name = NEW.name;
END;
