-- People who order.
CREATE TABLE customers (
  id INT PRIMARY KEY,
  name VARCHAR(100) NOT NULL,
  joined DATE DEFAULT '2020-01-01'
);

CREATE VIEW recent AS
SELECT c.id, c.name FROM customers c WHERE c.joined > '2024-01-01';

CREATE INDEX by_name ON customers (name);

CREATE FUNCTION total(customer INT) RETURNS INT AS $$
BEGIN
  RETURN 1;
END;
$$ LANGUAGE plpgsql;

WITH big AS (SELECT id FROM orders WHERE price > 10)
SELECT * FROM big JOIN customers ON customers.id = big.id;
