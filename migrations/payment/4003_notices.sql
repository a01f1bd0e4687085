-- Of a webhook only what we decide by is kept, in the provider's own shape. Its body may tell of
-- people (addresses, names, notes) and went with no erasure.

ALTER TABLE payment.inbox ADD COLUMN notice jsonb;

-- What still waits is cut down to what is decided by; what can't be read is put aside, as it would be
-- when it comes.
CREATE FUNCTION payment.cut_down(body bytea) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    said jsonb;
    object jsonb;
BEGIN
    said := convert_from(body, 'UTF8')::jsonb;
    object := said #> '{data,object}';
    RETURN jsonb_build_object(
        'type', said -> 'type', 'account', said -> 'account', 'livemode', said -> 'livemode',
        'data', jsonb_build_object('object', jsonb_build_object(
            'id', object -> 'id', 'status', object -> 'status', 'livemode', object -> 'livemode',
            'created', object -> 'created', 'amount', object -> 'amount',
            'amount_received', coalesce(object -> 'amount_received', '0'),
            'currency', object -> 'currency',
            'metadata', jsonb_build_object(
                'event_id', object #> '{metadata,event_id}',
                'reservation_id', object #> '{metadata,reservation_id}',
                'payment_id', object #> '{metadata,payment_id}'),
            'last_payment_error', CASE jsonb_typeof(object -> 'last_payment_error')
                WHEN 'object' THEN jsonb_build_object(
                    'code', object #> '{last_payment_error,code}',
                    'decline_code', object #> '{last_payment_error,decline_code}',
                    'charge', object #> '{last_payment_error,charge}')
                END)));
EXCEPTION WHEN OTHERS THEN
    RETURN NULL;
END $$;

UPDATE payment.inbox SET notice = payment.cut_down(body) WHERE processed_at IS NULL;
UPDATE payment.inbox SET processed_at = now(), quarantined = 'unreadable'
 WHERE processed_at IS NULL AND notice IS NULL;
DROP FUNCTION payment.cut_down(bytea);

ALTER TABLE payment.inbox
    DROP COLUMN body,
    -- What waits says something.
    ADD CONSTRAINT inbox_notice CHECK (notice IS NOT NULL OR processed_at IS NOT NULL);

-- Written anew: a dropped column alone would leave what it held on disk.
ALTER TABLE payment.inbox ALTER COLUMN attempts TYPE integer USING attempts + 0;
