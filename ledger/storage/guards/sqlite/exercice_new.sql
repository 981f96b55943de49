-- There is one exercice for each contract and year.
CREATE TRIGGER exercice_new BEFORE INSERT ON exercice
BEGIN
    SELECT RAISE(ABORT, 'cofiville:exercice already exists') FROM exercice WHERE contract = NEW.contract
        AND year = NEW.year;
END;
