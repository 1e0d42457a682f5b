-- The first version.

CREATE TABLE consent (
    id VARCHAR NOT NULL,
    member_id VARCHAR NOT NULL,
    purpose VARCHAR NOT NULL,
    granted BOOLEAN NOT NULL,
    at BIGINT NOT NULL,
    text_version VARCHAR,
    text_hash VARCHAR,
    channel VARCHAR,
    guide_id VARCHAR,
    seen VARCHAR NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_consent_member_id ON consent (member_id, purpose);

CREATE TABLE cursor (
    scope VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    sum64 VARCHAR NOT NULL,
    head INTEGER NOT NULL,
    whole BOOLEAN NOT NULL,
    reading INTEGER NOT NULL,
    sweeping BOOLEAN NOT NULL,
    lost INTEGER NOT NULL,
    asked INTEGER NOT NULL,
    agreed BOOLEAN NOT NULL,
    PRIMARY KEY (scope)
);

CREATE TABLE deed (
    id INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    inverse BLOB NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE draft (
    name VARCHAR NOT NULL,
    body BLOB NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE feed_row (
    scope VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    row_id VARCHAR NOT NULL,
    ver INTEGER NOT NULL,
    reading INTEGER NOT NULL,
    PRIMARY KEY (scope, kind, row_id)
)
 WITHOUT ROWID;

CREATE TABLE guide (
    id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    store_id VARCHAR,
    badge VARCHAR,
    active BOOLEAN NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE identity (
    kind VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    member_id VARCHAR NOT NULL,
    value_reversed VARCHAR,
    PRIMARY KEY (kind, value, member_id)
)
 WITHOUT ROWID;

CREATE INDEX ix_identity_kind_value_reversed ON identity (kind, value_reversed);

CREATE INDEX ix_identity_member_id ON identity (member_id);

CREATE TABLE load (
    scope VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    bytes INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    as_of INTEGER NOT NULL,
    sum64 VARCHAR NOT NULL,
    got INTEGER NOT NULL,
    done INTEGER NOT NULL,
    PRIMARY KEY (scope)
);

CREATE TABLE load_part (
    scope VARCHAR NOT NULL,
    start INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (scope, start)
);

CREATE TABLE member (
    id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    phone VARCHAR,
    phone_reversed VARCHAR,
    tail VARCHAR,
    wechat VARCHAR,
    pinyin VARCHAR NOT NULL,
    initials VARCHAR NOT NULL,
    birthday VARCHAR,
    gender VARCHAR,
    channel VARCHAR,
    store_id VARCHAR,
    guide_id VARCHAR,
    enrolled_at BIGINT,
    seen_at BIGINT,
    "full" BOOLEAN NOT NULL,
    fetched_at BIGINT,
    recruit VARCHAR,
    enrolled_by VARCHAR,
    tier VARCHAR,
    contact_by VARCHAR,
    contact_days VARCHAR,
    contact_hours VARCHAR,
    contact_gap VARCHAR,
    contact_quiet VARCHAR,
    PRIMARY KEY (id)
);

CREATE INDEX ix_member_enrolled_at ON member (enrolled_at, "full", channel);

CREATE INDEX ix_member_guide_id ON member (guide_id, seen_at) WHERE "full" = 1;

CREATE INDEX ix_member_fetched_at ON member (fetched_at) WHERE fetched_at IS NOT NULL;

CREATE INDEX ix_member_initials ON member (initials, seen_at);

CREATE INDEX ix_member_name ON member (name);

CREATE INDEX ix_member_phone_reversed ON member (phone_reversed);

CREATE INDEX ix_member_pinyin ON member (pinyin, seen_at);

CREATE INDEX ix_member_seen_at ON member (seen_at);

CREATE INDEX ix_member_recruit ON member (recruit) WHERE recruit IS NOT NULL;

CREATE TABLE outbox (
    ep INTEGER NOT NULL,
    n INTEGER NOT NULL,
    event_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    "row" VARCHAR NOT NULL,
    row_id VARCHAR NOT NULL,
    body BLOB NOT NULL,
    at BIGINT NOT NULL,
    state VARCHAR NOT NULL,
    code VARCHAR,
    fix VARCHAR,
    seen_at VARCHAR,
    settled_at BIGINT,
    acknowledged BOOLEAN NOT NULL,
    PRIMARY KEY (ep, n)
);

CREATE UNIQUE INDEX ix_outbox_event_id ON outbox (event_id);

CREATE INDEX ix_outbox_row ON outbox ("row", row_id);

CREATE INDEX ix_outbox_state ON outbox (state, ep, n);

CREATE TABLE parked_in (
    scope VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    row_id VARCHAR NOT NULL,
    op VARCHAR NOT NULL,
    ver INTEGER NOT NULL,
    body BLOB,
    PRIMARY KEY (scope, kind, row_id)
);

CREATE TABLE preference (
    id VARCHAR NOT NULL,
    member_id VARCHAR,
    visit_id VARCHAR,
    facet VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    sentiment VARCHAR NOT NULL,
    noted_at BIGINT NOT NULL,
    guide_id VARCHAR,
    withdrawn BOOLEAN NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_preference_member_id ON preference (member_id, noted_at);

CREATE INDEX ix_preference_visit_id ON preference (visit_id);

CREATE TABLE product (
    id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    brand VARCHAR,
    price INTEGER,
    currency VARCHAR,
    category VARCHAR,
    lasts INTEGER,
    PRIMARY KEY (id)
);

CREATE TABLE redirect (
    id VARCHAR NOT NULL,
    keep VARCHAR NOT NULL,
    at BIGINT,
    PRIMARY KEY (id)
);

CREATE INDEX ix_redirect_keep ON redirect (keep);

CREATE TABLE store (
    id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE till (
    id INTEGER NOT NULL,
    device_id VARCHAR NOT NULL,
    ep INTEGER NOT NULL,
    next_n INTEGER NOT NULL,
    hlc VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    guide_id VARCHAR,
    store_id VARCHAR,
    hub_url VARCHAR,
    hub_id VARCHAR,
    epoch INTEGER,
    token VARCHAR,
    scopes VARCHAR NOT NULL,
    contacted_at BIGINT,
    clock_skew_ms INTEGER NOT NULL,
    told_at BIGINT NOT NULL,
    told_boot VARCHAR NOT NULL,
    told_mono BIGINT NOT NULL,
    row_form INTEGER NOT NULL,
    root VARCHAR NOT NULL,
    ceilings VARCHAR NOT NULL,
    broken INTEGER NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE visit (
    id VARCHAR NOT NULL,
    member_id VARCHAR,
    guide_id VARCHAR,
    store_id VARCHAR,
    state VARCHAR NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    here BOOLEAN NOT NULL,
    code VARCHAR,
    token VARCHAR,
    verified_until BIGINT,
    mood INTEGER DEFAULT '0' NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_visit_code ON visit (code) WHERE member_id IS NULL AND code IS NOT NULL;

CREATE INDEX ix_visit_token ON visit (token) WHERE token IS NOT NULL;

CREATE INDEX ix_visit_here_state ON visit (here, state);

CREATE INDEX ix_visit_member_id ON visit (member_id, started_at);

CREATE INDEX ix_visit_started_at ON visit (started_at);

CREATE TABLE wanted (
    "key" VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY ("key")
);

CREATE TABLE gtin (
    gtin VARCHAR NOT NULL,
    product_id VARCHAR NOT NULL,
    PRIMARY KEY (gtin),
    CONSTRAINT fk_gtin_product_id FOREIGN KEY(product_id) REFERENCES product (id) ON DELETE CASCADE
);

CREATE INDEX ix_gtin_product_id ON gtin (product_id);

CREATE TABLE line (
    id VARCHAR NOT NULL,
    visit_id VARCHAR NOT NULL,
    product_id VARCHAR NOT NULL,
    gtin VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    reason VARCHAR,
    price INTEGER,
    currency VARCHAR,
    at BIGINT NOT NULL,
    serial VARCHAR,
    batch VARCHAR,
    expires_on VARCHAR,
    weight INTEGER,
    guide_id VARCHAR,
    PRIMARY KEY (id),
    CONSTRAINT fk_line_visit_id FOREIGN KEY(visit_id) REFERENCES visit (id) ON DELETE CASCADE
);

CREATE INDEX ix_line_visit_id ON line (visit_id, at);

CREATE INDEX ix_line_sale ON line (at) WHERE action IN ('bought', 'returned');

CREATE INDEX ix_line_serial ON line (serial) WHERE serial IS NOT NULL;

CREATE TABLE note (
    id VARCHAR NOT NULL,
    visit_id VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT fk_note_visit_id FOREIGN KEY(visit_id) REFERENCES visit (id) ON DELETE CASCADE
);

CREATE INDEX ix_note_visit_id ON note (visit_id, at);

CREATE TABLE coupon (
    id VARCHAR NOT NULL,
    member_id VARCHAR NOT NULL,
    campaign VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    amount INTEGER NOT NULL,
    currency VARCHAR NOT NULL,
    valid_until BIGINT NOT NULL,
    state VARCHAR NOT NULL,
    redemption_id VARCHAR,
    visit_id VARCHAR,
    till_id VARCHAR,
    till_name VARCHAR,
    value INTEGER,
    issued_at BIGINT,
    PRIMARY KEY (id)
);

CREATE INDEX ix_coupon_member_id ON coupon (member_id, state);

CREATE TABLE campaign (
    id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    terms VARCHAR NOT NULL,
    issue VARCHAR,
    policy VARCHAR NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE settlement (
    id VARCHAR NOT NULL,
    coupon_id VARCHAR NOT NULL,
    member_id VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    value INTEGER NOT NULL,
    currency VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_settlement_member_id ON settlement (member_id);

CREATE TABLE reward (
    id VARCHAR NOT NULL,
    names VARCHAR NOT NULL,
    cost INTEGER NOT NULL,
    tiers VARCHAR NOT NULL,
    quota_id VARCHAR,
    PRIMARY KEY (id)
);

CREATE TABLE floor (
    id VARCHAR NOT NULL,
    largest INTEGER NOT NULL,
    a_day INTEGER NOT NULL,
    in_a_row INTEGER NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE gift (
    id VARCHAR NOT NULL,
    quota_id VARCHAR NOT NULL,
    amount INTEGER NOT NULL,
    at BIGINT NOT NULL,
    member_id VARCHAR,
    visit_id VARCHAR,
    guide_id VARCHAR,
    lease_id VARCHAR,
    PRIMARY KEY (id)
);

CREATE INDEX ix_gift_lease_id ON gift (lease_id);

CREATE INDEX ix_gift_member_id ON gift (member_id);

CREATE TABLE lease (
    id VARCHAR NOT NULL,
    "of" VARCHAR NOT NULL,
    object_id VARCHAR NOT NULL,
    amount INTEGER NOT NULL,
    not_after BIGINT NOT NULL,
    wanted BOOLEAN NOT NULL,
    asked_at BIGINT,
    signed VARCHAR NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_lease_of_object_id ON lease ("of", object_id);

CREATE TABLE points (
    id VARCHAR NOT NULL,
    member_id VARCHAR NOT NULL,
    amount INTEGER NOT NULL,
    reason VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    guide_id VARCHAR,
    lease_id VARCHAR,
    owed INTEGER NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_points_lease_id ON points (lease_id);

CREATE INDEX ix_points_member_id ON points (member_id, at);

CREATE TABLE quota (
    id VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    total INTEGER NOT NULL,
    gtin VARCHAR,
    PRIMARY KEY (id)
);

CREATE INDEX ix_quota_gtin ON quota (gtin) WHERE gtin IS NOT NULL;

CREATE TABLE redemption (
    id VARCHAR NOT NULL,
    coupon_id VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    leased BOOLEAN NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_redemption_leased_at ON redemption (leased, at);

CREATE TABLE request (
    id VARCHAR NOT NULL,
    about VARCHAR NOT NULL,
    wants VARCHAR NOT NULL,
    made_at BIGINT NOT NULL,
    guide_id VARCHAR,
    state VARCHAR NOT NULL,
    how VARCHAR,
    met_at BIGINT,
    met_by VARCHAR,
    tills VARCHAR,
    told_at BIGINT,
    PRIMARY KEY (id)
);

CREATE INDEX ix_request_about ON request (about);

CREATE INDEX ix_request_wants ON request (wants, made_at);

CREATE TABLE review (
    id VARCHAR NOT NULL,
    member_id VARCHAR NOT NULL,
    field VARCHAR NOT NULL,
    kept VARCHAR NOT NULL,
    lost VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    settled BOOLEAN NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_review_member_id ON review (member_id);

CREATE TABLE task (
    id VARCHAR NOT NULL,
    member_id VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    due VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    guide_id VARCHAR,
    until VARCHAR,
    rule VARCHAR,
    purpose VARCHAR,
    figures VARCHAR NOT NULL,
    facts VARCHAR NOT NULL,
    outcome VARCHAR,
    contact VARCHAR,
    note VARCHAR,
    done_at BIGINT,
    done_by VARCHAR,
    PRIMARY KEY (id)
);

CREATE INDEX ix_task_done_at ON task (done_at) WHERE done_at IS NOT NULL;

CREATE INDEX ix_task_member_id ON task (member_id);

CREATE INDEX ix_task_state_due ON task (state, due);

CREATE TABLE left_row (
    id VARCHAR NOT NULL,
    whose VARCHAR NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE erasure (
    id VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    names VARCHAR NOT NULL,
    done BOOLEAN NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE trust (
    id VARCHAR NOT NULL,
    ver INTEGER NOT NULL,
    body VARCHAR NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE code_rules (
    id VARCHAR NOT NULL,
    body VARCHAR NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE recruit (
    id VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    store_id VARCHAR,
    guide_id VARCHAR,
    partner VARCHAR,
    active BOOLEAN NOT NULL,
    cost INTEGER,
    PRIMARY KEY (id)
);

CREATE TABLE product_code (
    id VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    product_id VARCHAR NOT NULL,
    platform VARCHAR,
    guide_id VARCHAR,
    PRIMARY KEY (id)
);

CREATE INDEX ix_product_code_code ON product_code (code);

CREATE INDEX ix_product_code_product_id ON product_code (product_id);

CREATE TABLE item (
    id VARCHAR NOT NULL,
    gtin VARCHAR NOT NULL,
    serial VARCHAR NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_item_serial ON item (serial);

CREATE TABLE sighting (
    id VARCHAR NOT NULL,
    item_id VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    store_id VARCHAR,
    guide_id VARCHAR,
    PRIMARY KEY (id),
    CONSTRAINT fk_sighting_item_id FOREIGN KEY(item_id) REFERENCES item (id) ON DELETE CASCADE
);

CREATE INDEX ix_sighting_item_id ON sighting (item_id, at);

CREATE TABLE voucher (
    id VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    redemption_id VARCHAR,
    visit_id VARCHAR,
    store_id VARCHAR,
    at BIGINT,
    PRIMARY KEY (id)
);

CREATE TABLE appointment (
    id VARCHAR NOT NULL,
    member_id VARCHAR NOT NULL,
    service VARCHAR NOT NULL,
    starts_at BIGINT NOT NULL,
    minutes INTEGER NOT NULL,
    state VARCHAR NOT NULL,
    for_guide VARCHAR,
    guide_id VARCHAR,
    store_id VARCHAR,
    visit_id VARCHAR,
    clash VARCHAR,
    occasion_id VARCHAR,
    PRIMARY KEY (id)
);

CREATE INDEX ix_appointment_occasion_id ON appointment (occasion_id) WHERE occasion_id IS NOT NULL;

CREATE TABLE occasion (
    id VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    starts_at BIGINT NOT NULL,
    minutes INTEGER NOT NULL,
    seats INTEGER NOT NULL,
    place VARCHAR NOT NULL,
    store_id VARCHAR,
    PRIMARY KEY (id)
);

CREATE INDEX ix_occasion_starts_at ON occasion (starts_at);

CREATE INDEX ix_appointment_member_id ON appointment (member_id);

CREATE INDEX ix_appointment_starts_at ON appointment (starts_at);

CREATE TABLE lead (
    id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    phone VARCHAR,
    wechat VARCHAR,
    channel VARCHAR,
    recruit VARCHAR,
    consent BOOLEAN NOT NULL,
    interest VARCHAR NOT NULL,
    for_guide VARCHAR,
    guide_id VARCHAR,
    store_id VARCHAR,
    noted_at BIGINT NOT NULL,
    state VARCHAR NOT NULL,
    due VARCHAR,
    note VARCHAR NOT NULL,
    reason VARCHAR,
    member_id VARCHAR,
    PRIMARY KEY (id)
);

CREATE INDEX ix_lead_member_id ON lead (member_id) WHERE member_id IS NOT NULL;

CREATE INDEX ix_lead_phone ON lead (phone) WHERE phone IS NOT NULL;

CREATE INDEX ix_lead_state_due ON lead (state, due);

CREATE INDEX ix_lead_wechat ON lead (wechat) WHERE wechat IS NOT NULL;

CREATE TABLE tag (
    id VARCHAR NOT NULL,
    member_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    until VARCHAR,
    set_at BIGINT NOT NULL,
    guide_id VARCHAR,
    removed BOOLEAN NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_tag_member_id ON tag (member_id);

CREATE TABLE entity (
    id VARCHAR NOT NULL,
    member_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    fields VARCHAR NOT NULL,
    sensitive VARCHAR NOT NULL,
    noted_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_entity_member_id ON entity (member_id);

CREATE TABLE definitions (
    id VARCHAR NOT NULL,
    effective VARCHAR NOT NULL,
    body VARCHAR NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE bought_together (
    given VARCHAR NOT NULL,
    product VARCHAR NOT NULL,
    percent INTEGER NOT NULL,
    among INTEGER NOT NULL,
    PRIMARY KEY (given, product)
)
 WITHOUT ROWID;

CREATE TABLE high_value (
    id VARCHAR NOT NULL,
    score VARCHAR NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE INDEX ix_recruit_partner ON recruit (partner) WHERE partner IS NOT NULL;

CREATE TABLE content (
    id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    tags VARCHAR NOT NULL,
    pinyin VARCHAR NOT NULL,
    audience VARCHAR,
    until VARCHAR,
    PRIMARY KEY (id)
);

CREATE TABLE content_use (
    id VARCHAR NOT NULL,
    content_id VARCHAR NOT NULL,
    member_id VARCHAR NOT NULL,
    how VARCHAR NOT NULL,
    visit_id VARCHAR,
    guide_id VARCHAR,
    at BIGINT NOT NULL,
    answered_at BIGINT,
    taken_back BOOLEAN NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_content_use_content_id ON content_use (content_id, at);

CREATE INDEX ix_content_use_member_id ON content_use (member_id, at);

CREATE TABLE order_line (
    id VARCHAR NOT NULL,
    member_id VARCHAR NOT NULL,
    number VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    product_id VARCHAR,
    title VARCHAR NOT NULL,
    quantity INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    currency VARCHAR NOT NULL,
    guide_id VARCHAR,
    PRIMARY KEY (id)
);

CREATE INDEX ix_order_line_member_id ON order_line (member_id, at);

CREATE INDEX ix_order_line_at ON order_line (at);
