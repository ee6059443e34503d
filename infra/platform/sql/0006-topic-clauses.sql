-- What a mention is about, clause by clause. '' is the mention's own label, as for the facts from before.
ALTER TABLE fact ADD COLUMN IF NOT EXISTS topic_labels Array(Enum8('' = 0, 'unscored' = 1, 'negative' = 2, 'neutral' = 3, 'positive' = 4)) AFTER topics;

-- When the topics were drawn anew over stored texts, in milliseconds; 0: with the label.
ALTER TABLE fact ADD COLUMN IF NOT EXISTS topic_ver UInt64 AFTER topic_labels;
