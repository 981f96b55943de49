-- Entries are written once, never changed nor deleted.
CREATE TRIGGER entry_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.entry FOR EACH STATEMENT
    EXECUTE FUNCTION cofiville_refuse();
