-- How many units began a life with an owner, by batch, business day, type and agent (0: none): the sum of all activations up
-- to the mark, whatever became of the units since. What came later is counted when asked.
CREATE TABLE reports_life (
    batch_id BIGINT NOT NULL,
    day TEXT NOT NULL,
    product_type_id BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    units BIGINT NOT NULL,
    PRIMARY KEY (batch_id, day, product_type_id, agent_id)
);
INSERT INTO reports_mark (name, upto) VALUES ('life', 0);
