-- Rows of line_certificate are written once, never changed, deleted nor replaced.
CREATE TRIGGER line_certificate_new BEFORE INSERT ON line_certificate
BEGIN
    SELECT RAISE(ABORT, 'cofiville:line_certificate already exists') FROM line_certificate
        WHERE contract = NEW.contract AND scenario = NEW.scenario AND line = NEW.line;
END;

CREATE TRIGGER line_certificate_no_delete BEFORE DELETE ON line_certificate
BEGIN
    SELECT RAISE(ABORT, 'cofiville:line_certificate is append-only');
END;

CREATE TRIGGER line_certificate_no_update BEFORE UPDATE ON line_certificate
BEGIN
    SELECT RAISE(ABORT, 'cofiville:line_certificate is append-only');
END;
