-- A kind of fact that says: copies of this mention came, so it is the first of their group (docs/copies.md).
ALTER TABLE fact MODIFY COLUMN kind Enum8('content' = 1, 'gone' = 2, 'human' = 3, 'exclude' = 4, 'undo' = 5, 'group' = 6);
