-- Rows of imported_file are written once, never changed, deleted nor replaced.
CREATE TRIGGER imported_file_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.imported_file
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
