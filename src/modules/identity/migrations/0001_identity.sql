CREATE TABLE identity_role (
    id @id,
    name TEXT NOT NULL UNIQUE,
    permissions TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE identity_user (
    id @id,
    username TEXT NOT NULL,
    username_key TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    name TEXT NOT NULL,
    email TEXT,
    email_blind TEXT,
    email_identifies BOOLEAN NOT NULL,
    phone TEXT,
    phone_blind TEXT,
    address TEXT,
    user_type INTEGER NOT NULL,
    role_id BIGINT REFERENCES identity_role (id),
    territories TEXT NOT NULL,
    wechat_profile TEXT,
    active BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    password_changed_at BIGINT,
    last_login_at BIGINT
);
CREATE INDEX identity_user_type ON identity_user (user_type, id);
CREATE INDEX identity_user_role ON identity_user (role_id);
CREATE INDEX identity_user_email ON identity_user (email_blind);
CREATE INDEX identity_user_phone ON identity_user (phone_blind);
-- A customer is found by phone or e-mail, so that no two customers may share what identifies them.
CREATE UNIQUE INDEX identity_customer_phone ON identity_user (phone_blind) WHERE user_type = 2;
CREATE UNIQUE INDEX identity_customer_email ON identity_user (email_blind) WHERE user_type = 2 AND email_identifies;

CREATE TABLE identity_session (
    id @id,
    user_id BIGINT NOT NULL REFERENCES identity_user (id),
    family_hash TEXT NOT NULL UNIQUE,
    refresh_hash TEXT NOT NULL,
    previous_hash TEXT,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ip TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    revoked_at BIGINT,
    revoked_reason TEXT
);
CREATE INDEX identity_session_user ON identity_session (user_id, id);
CREATE INDEX identity_session_expires ON identity_session (expires_at);

CREATE TABLE identity_api_key (
    id @id,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    key_hash TEXT NOT NULL UNIQUE,
    permissions TEXT NOT NULL,
    created_by BIGINT NOT NULL REFERENCES identity_user (id),
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    expires_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX identity_api_key_creator ON identity_api_key (created_by, id);

CREATE TABLE identity_login_throttle (
    scope TEXT NOT NULL,
    subject_blind TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (scope, subject_blind)
);
CREATE INDEX identity_login_throttle_ends ON identity_login_throttle (ends_at);

CREATE TABLE identity_one_time_code (
    id @id,
    purpose TEXT NOT NULL,
    target_blind TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    tries INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX identity_one_time_code_target ON identity_one_time_code (target_blind, purpose, id);
CREATE INDEX identity_one_time_code_expires ON identity_one_time_code (expires_at);

-- For joins of other modules: who a user id is, without anything personal beyond the name.
CREATE VIEW identity_user_name AS SELECT id, username, name, user_type FROM identity_user;
