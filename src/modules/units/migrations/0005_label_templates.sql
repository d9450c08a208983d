-- Label designs made here; the ready-made ones stand in the program.
CREATE TABLE units_label_template (
    id @id,
    name TEXT NOT NULL UNIQUE,
    media TEXT NOT NULL,
    page_width_mm DOUBLE PRECISION NOT NULL,
    page_height_mm DOUBLE PRECISION NOT NULL,
    label_width_mm DOUBLE PRECISION NOT NULL,
    label_height_mm DOUBLE PRECISION NOT NULL,
    rows INTEGER NOT NULL,
    cols INTEGER NOT NULL,
    margin_top_mm DOUBLE PRECISION NOT NULL,
    margin_left_mm DOUBLE PRECISION NOT NULL,
    gap_x_mm DOUBLE PRECISION NOT NULL,
    gap_y_mm DOUBLE PRECISION NOT NULL,
    padding_mm DOUBLE PRECISION NOT NULL,
    qr_size_mm DOUBLE PRECISION NOT NULL,
    bar_height_mm DOUBLE PRECISION NOT NULL,
    cut_lines BOOLEAN NOT NULL,
    printer_dpi INTEGER NOT NULL,
    lines TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
