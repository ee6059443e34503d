-- The fourth of the windows that every reader offers.
INSERT INTO window_title (hours, en, ru) VALUES (2160, '90 days', '90 дней');
