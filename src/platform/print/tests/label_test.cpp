#include "platform/print/label.hpp"

#include <limits>

#include "platform/print/code128.hpp"
#include "platform/print/tests/print_kit.hpp"

namespace yuanliu::print {
namespace {

std::string filled(std::string_view text, const Fields& fields) { return TextTemplate(text).fill(fields); }

TEST(TextTemplate, fills_holes) {
    const Fields fields{{"code", "8K3FQ7WM2TZ9"}, {"model", "WK-200"}, {"empty", ""}};
    EXPECT_EQ(filled("型号 {model} / {code}", fields), "型号 WK-200 / 8K3FQ7WM2TZ9");
    EXPECT_EQ(filled("{code:4}", fields), "8K3F Q7WM 2TZ9");
    EXPECT_EQ(filled("plain", fields), "plain");
    EXPECT_EQ(filled("", fields), "");
    EXPECT_EQ(filled("批次 {batch}", fields), "");  // nothing to say: no lone caption
    EXPECT_EQ(filled("批次 {empty}", fields), "");
    EXPECT_EQ(filled("{model} {batch}", fields), "WK-200 ");
    EXPECT_EQ(filled("{model}", {{"model", "{code}"}, {"code", "x"}}), "{code}");  // values are not templates
}

TEST(TextTemplate, refuses_broken_holes) {
    for (const char* text : {"{", "}", "a } b", "{model", "{}", "{Model}", "{a b}", "{code:}", "{code:1}", "{code:44}",
                             "{code:x}", "{{code}}", "{型号}"})
        EXPECT_EQ(refusal([&] { TextTemplate{text}; }), "print.bad_placeholder") << text;
}

TEST(TextTemplate, groups_codes_as_people_read_them) {
    EXPECT_EQ(grouped("QR001", 4), "QR001");  // short: as it is
    EXPECT_EQ(grouped("ABCDEFGH", 4), "ABCD EFGH");
    EXPECT_EQ(grouped("ABCDEFGHI", 4), "ABCD EFGHI");  // no lone character
    EXPECT_EQ(grouped("ABCDEFGHIJ", 4), "ABCD EFGH IJ");
    EXPECT_EQ(grouped("SN-2024-000123", 4), "SN-2024-000123");  // has its own separators
    EXPECT_EQ(grouped("序列号一二三四", 4), "序列号一二三四");
}

TEST(Label, presets_are_sound) {
    ASSERT_EQ(presets().size(), 6u);
    for (const LabelLayout& layout : presets()) {
        EXPECT_EQ(refusal([&] { check(layout); }), "") << layout.name;
        EXPECT_EQ(used_fields(layout), (std::vector<std::string>{"batch", "code", "date", "model", "type"}));
        EXPECT_EQ(&preset(layout.name), &layout);
    }
    EXPECT_EQ(preset("40x30").label_width_mm, 40);
    EXPECT_EQ(labels_per_page(preset("70x50")), 1);
    EXPECT_EQ(labels_per_page(preset("a4-3x8")), 24);
    EXPECT_EQ(refusal([] { preset("9x9"); }), "print.unknown_preset");
}

TEST(Label, slots_run_row_by_row_after_the_skipped_ones) {
    LabelLayout sheet = preset("a4-3x8");
    EXPECT_EQ(page_count(sheet, 0), 0);
    EXPECT_EQ(page_count(sheet, 24), 1);
    EXPECT_EQ(page_count(sheet, 25), 2);
    const Slot fifth = slot(sheet, 4);  // second row, second column
    EXPECT_EQ(fifth.page, 0);
    EXPECT_DOUBLE_EQ(fifth.x_mm, 7.25 + 63.5 + 2.5);
    EXPECT_DOUBLE_EQ(fifth.y_mm, 12.9 + 33.9);

    sheet.skip_first = 23;
    check(sheet);
    EXPECT_EQ(slot(sheet, 0).page, 0);
    EXPECT_DOUBLE_EQ(slot(sheet, 0).y_mm, 12.9 + 7 * 33.9);
    EXPECT_EQ(slot(sheet, 1).page, 1);
    EXPECT_DOUBLE_EQ(slot(sheet, 1).x_mm, 7.25);
    EXPECT_EQ(page_count(sheet, 1), 1);
    EXPECT_EQ(page_count(sheet, 25), 2);
    EXPECT_EQ(page_count(sheet, 26), 3);
    EXPECT_EQ(page_count(sheet, 1'000'000), 41'668);

    const LabelLayout& roll = preset("40x30");
    EXPECT_EQ(slot(roll, 999'999).page, 999'999);
    EXPECT_EQ(page_width_mm(roll), 40);
    EXPECT_EQ(page_height_mm(sheet), 297);
}

struct BadLayout {
    const char* preset;
    void (*spoil)(LabelLayout&);
    const char* refusal;
};

TEST(Label, names_the_field_that_is_wrong) {
    const BadLayout cases[] = {
        {"40x30", [](LabelLayout& l) { l.label_width_mm = 7; }, "label_width_mm field.too_small"},
        {"40x30", [](LabelLayout& l) { l.label_height_mm = std::numeric_limits<double>::quiet_NaN(); },
         "label_height_mm field.too_small"},
        {"40x30", [](LabelLayout& l) { l.padding_mm = -1; }, "padding_mm field.too_small"},
        {"40x30", [](LabelLayout& l) { l.padding_mm = 14; }, "padding_mm print.does_not_fit"},
        {"40x30", [](LabelLayout& l) { l.rows = 2; }, "rows print.roll_is_one_label"},
        {"40x30", [](LabelLayout& l) { l.skip_first = 1; }, "skip_first print.roll_is_one_label"},
        {"40x30", [](LabelLayout& l) { l.qr_size_mm = 26; }, "qr_size_mm print.does_not_fit"},
        {"40x30", [](LabelLayout& l) { l.bar_height_mm = 5; }, "qr_size_mm print.does_not_fit"},
        {"40x30", [](LabelLayout& l) { l.lines[0].size_pt = 20; }, "lines print.does_not_fit"},
        {"40x30", [](LabelLayout& l) { l.lines[1].size_pt = 3; }, "lines[1].size_pt field.too_small"},
        {"40x30", [](LabelLayout& l) { l.lines[1].max_lines = 0; }, "lines[1].max_lines field.too_small"},
        {"40x30", [](LabelLayout& l) { l.lines[2].text = "{batch"; }, "lines[2].text print.bad_placeholder"},
        {"40x30", [](LabelLayout& l) { l.lines[2].text = std::string(301, 'x'); }, "lines[2].text field.too_long"},
        {"40x30", [](LabelLayout& l) { l.qr_text = "{CODE}"; }, "qr_text print.bad_placeholder"},
        {"40x30", [](LabelLayout& l) { l.lines.clear(), l.qr_size_mm = 0; }, "lines field.required"},
        {"40x30", [](LabelLayout& l) { l.label_width_mm = 29; }, "qr_size_mm print.does_not_fit"},
        {"a4-3x8", [](LabelLayout& l) { l.cols = 4; }, "cols print.does_not_fit"},
        {"a4-3x8", [](LabelLayout& l) { l.gap_y_mm = 2; }, "rows print.does_not_fit"},
        {"a4-3x8", [](LabelLayout& l) { l.skip_first = 24; }, "skip_first field.too_large"},
        {"a4-3x8", [](LabelLayout& l) { l.cols = 0, l.rows = 101; }, "rows field.too_large; cols field.too_small"},
        {"a4-3x8", [](LabelLayout& l) { l.lines.resize(17, l.lines[1]); }, "lines field.too_many"},
    };
    for (const BadLayout& bad : cases) {
        LabelLayout layout = preset(bad.preset);
        bad.spoil(layout);
        EXPECT_EQ(refusal([&] { check(layout); }), bad.refusal);
    }
}

bool inside(const Box& box, double left, double top, double right, double bottom) {
    constexpr double slack = 0.011;
    return box.x >= left - slack && box.y >= top - slack && box.x + box.width <= right + slack &&
           box.y + box.height <= bottom + slack;
}

bool apart(const Box& a, const Box& b) {
    constexpr double slack = 0.011;
    return a.x + a.width <= b.x + slack || b.x + b.width <= a.x + slack || a.y + a.height <= b.y + slack ||
           b.y + b.height <= a.y + slack;
}

// Every subset of lines present, with and without bars and code, fine and coarse symbols.
TEST(Label, parts_never_leave_the_label_nor_overlap) {
    for (LabelLayout layout : presets()) {
        for (const bool code : {true, false}) {
            if (!code) layout.qr_size_mm = 0, layout.bar_height_mm = 2.5;
            ASSERT_EQ(refusal([&] { check(layout); }), "") << layout.name;
            for (unsigned shown = 0; shown < 32; ++shown) {
                std::vector<int> counts;
                for (std::size_t i = 0; i < layout.lines.size(); ++i)
                    counts.push_back((shown >> i & 1) != 0 ? layout.lines[i].max_lines : 0);
                for (const int modules : {29, 33, 65}) {
                    const Parts parts = arrange(layout, counts, layout.qr_size_mm / modules * qr_quiet_modules);
                    const double right = layout.label_width_mm;
                    const double bottom = layout.label_height_mm;
                    const double pad = layout.padding_mm;
                    std::vector<Box> boxes{parts.qr, parts.bar};
                    EXPECT_TRUE(inside(parts.qr, 0, 0, right, bottom));
                    for (std::size_t i = 0; i < counts.size(); ++i) {
                        if (counts[i] == 0) continue;
                        EXPECT_TRUE(inside(parts.lines[i], pad, pad, right - pad, bottom - pad)) << layout.name << i;
                        boxes.push_back(parts.lines[i]);
                    }
                    for (std::size_t a = 0; a < boxes.size(); ++a)
                        for (std::size_t b = a + 1; b < boxes.size(); ++b)
                            if (boxes[a].height > 0 && boxes[b].height > 0) {
                                EXPECT_TRUE(apart(boxes[a], boxes[b])) << layout.name << " " << a << " " << b;
                            }
                }
            }
        }
    }
}

TEST(Label, a_code_without_company_stands_in_the_middle) {
    LabelLayout layout = preset("40x30");
    const Parts parts = arrange(layout, {0, 0, 0, 0, 0}, 2);
    EXPECT_NEAR(parts.qr.x + parts.qr.width / 2, 20, 0.01);
    EXPECT_NEAR(parts.qr.y + parts.qr.height / 2, 15, 0.01);
}

TEST(Code128, has_the_modules_the_standard_gives) {
    // Start, three symbols and check of 11 modules each, stop of 13: ISO/IEC 15417.
    EXPECT_EQ(encode_code128("ABC").size(), 5u * 11 + 13);
    EXPECT_EQ(encode_code128("123456").size(), 5u * 11 + 13);  // code set C: two digits a symbol
    EXPECT_EQ(encode_code128("A").front(), 1);
    EXPECT_EQ(encode_code128("A").back(), 1);
    EXPECT_EQ(refusal([] { encode_code128(""); }), "text field.required");
    EXPECT_EQ(refusal([] { encode_code128("条码"); }), "text print.bar_not_ascii");
    EXPECT_EQ(refusal([] { encode_code128(std::string(81, 'A')); }), "text field.too_long");
}

}  // namespace
}  // namespace yuanliu::print
