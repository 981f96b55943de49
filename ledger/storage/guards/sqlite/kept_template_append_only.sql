-- Rows of kept_template are written once, never changed, deleted nor replaced.
CREATE TRIGGER kept_template_once BEFORE INSERT ON kept_template
BEGIN
    SELECT RAISE(ABORT, 'cofiville:kept_template already exists') FROM kept_template
        WHERE contract = NEW.contract AND sha256 = NEW.sha256;
END;

CREATE TRIGGER kept_template_no_delete BEFORE DELETE ON kept_template
BEGIN
    SELECT RAISE(ABORT, 'cofiville:kept_template is append-only');
END;

CREATE TRIGGER kept_template_no_update BEFORE UPDATE ON kept_template
BEGIN
    SELECT RAISE(ABORT, 'cofiville:kept_template is append-only');
END;
