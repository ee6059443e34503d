-- When the brand answered a mention, as the observation showed it: 0 no answer, 1 an answer whose time is not told, else milliseconds since 1970.
-- It stands with the facts, not with the words: retention takes the answer's text, and what was known at any point of the log stays known.
ALTER TABLE fact ADD COLUMN IF NOT EXISTS answered UInt64 CODEC(ZSTD(1)) AFTER topic_ver;
