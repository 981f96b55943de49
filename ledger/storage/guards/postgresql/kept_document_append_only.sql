-- Rows of kept_document are written once, never changed, deleted nor replaced.
CREATE TRIGGER kept_document_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.kept_document
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
