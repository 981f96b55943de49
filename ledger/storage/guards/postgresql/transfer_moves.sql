-- A transfer moves the totals of its two accounts, which are there, as its entry is, not sealed yet.
CREATE OR REPLACE FUNCTION public.cofiville_transfer_moves()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    DECLARE
      book record;
      named bigint;
      found bigint;
    BEGIN
      FOR book IN SELECT contract, min(sequence) AS first, max(sequence) AS last FROM added GROUP BY 1 ORDER BY 1 LOOP
        IF EXISTS (SELECT 1 FROM chain_head WHERE contract = book.contract AND sequence >= book.first) THEN
          RAISE EXCEPTION 'cofiville:entry already sealed' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF EXISTS (SELECT sequence FROM added WHERE contract = book.contract EXCEPT SELECT sequence FROM entry
          WHERE contract = book.contract AND sequence BETWEEN book.first AND book.last) THEN
          RAISE EXCEPTION 'cofiville:transfer without entry' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
      END LOOP;
      PERFORM 1 FROM account WHERE (contract, id) IN (SELECT contract, debit_account FROM added
        UNION SELECT contract, credit_account FROM added) ORDER BY contract, id FOR UPDATE;
      GET DIAGNOSTICS found = ROW_COUNT;
      SELECT count(*) INTO named FROM (SELECT contract, debit_account FROM added
        UNION SELECT contract, credit_account FROM added) AS sides;
      IF found < named THEN
        RAISE EXCEPTION 'cofiville:transfer without account' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      UPDATE account SET debit = account.debit + moved.debit, credit = account.credit + moved.credit FROM (
        SELECT contract, id, SUM(debit)::bigint AS debit, SUM(credit)::bigint AS credit FROM (
          SELECT contract, debit_account AS id, amount AS debit, 0 AS credit FROM added
          UNION ALL SELECT contract, credit_account, 0, amount FROM added) AS sides
        GROUP BY contract, id) AS moved
      WHERE account.contract = moved.contract AND account.id = moved.id;
      RETURN NULL;
    END $function$;

CREATE TRIGGER transfer_moves AFTER INSERT ON public.transfer REFERENCING NEW TABLE AS added FOR EACH STATEMENT
    EXECUTE FUNCTION cofiville_transfer_moves();
