#include "platform/print/pdf.hpp"

#include <sys/resource.h>

#include <csignal>
#include <regex>
#include <set>

#include "platform/print/tests/print_kit.hpp"

namespace yuanliu::print {
namespace {

constexpr Time created{1'714'552'200'000};  // 2024-05-01T08:30:00Z

Fields fields(int i) {
    char code[20];
    std::snprintf(code, sizeof code, "8K3F%08XWM", 0x9e3779b1U * static_cast<unsigned>(i + 1));
    return {
        {"code", code}, {"type", "智能温控器"}, {"model", "WK-200 Pro"}, {"batch", "B2024-05"}, {"date", "2024-05-01"}};
}

// Every page as a picture, every code in it read by zbar; `symbology` is its name in zbar.
std::multiset<std::string> scanned(const Scratch& scratch, const std::string& pdf, const std::string& symbology) {
    run("pdftoppm -r 200 -gray -png " + pdf + " " + scratch.path("page"));
    std::multiset<std::string> codes;
    const std::string options = "zbarimg --nodbus --quiet --raw --set disable --set " + symbology + ".enable ";
    for (std::string& line : lines_of(run(options + scratch.path("page") + "*.png"))) codes.insert(std::move(line));
    return codes;
}

// The code that stands in one slot of the paper, and nothing else.
std::string scanned_at(const Scratch& scratch, const std::string& pdf, const Slot& at, const LabelLayout& layout) {
    constexpr int dpi = 200;
    const auto pixels = [](double mm) { return std::to_string(static_cast<int>(mm / 25.4 * dpi)); };
    const std::string page = std::to_string(at.page + 1);
    run("pdftoppm -gray -png -singlefile -r 200 -f " + page + " -l " + page + " -x " + pixels(at.x_mm) + " -y " +
        pixels(at.y_mm) + " -W " + pixels(layout.label_width_mm) + " -H " + pixels(layout.label_height_mm) + " " + pdf +
        " " + scratch.path("slot"));
    const std::string code = run("zbarimg --nodbus --quiet --raw " + scratch.path("slot.png"));
    return code.substr(0, code.find_last_not_of('\n') + 1);
}

struct Word {
    double x0, y0, x1, y1;
    std::string text;
};

// Words with their boxes in points, by poppler.
std::vector<Word> words(const std::string& pdf) {
    const std::string page = run("pdftotext -bbox " + pdf + " -");
    static const std::regex pattern(
        R"re(<word xMin="([^"]+)" yMin="([^"]+)" xMax="([^"]+)" yMax="([^"]+)">([^<]*)<)re");
    std::vector<Word> found;
    for (std::sregex_iterator it(page.begin(), page.end(), pattern), end; it != end; ++it)
        found.push_back({std::stod((*it)[1]), std::stod((*it)[2]), std::stod((*it)[3]), std::stod((*it)[4]), (*it)[5]});
    return found;
}

TEST(LabelPdf, sheets_hold_readable_codes_and_selectable_text) {
    const Scratch scratch;
    const std::string path = scratch.path("labels.pdf");
    LabelLayout layout = preset("a4-3x8");
    layout.skip_first = 5;
    {
        LabelPdf pdf(path, layout, "产品标签", created);
        for (int i = 0; i < 30; ++i) pdf.add(fields(i));
        EXPECT_EQ(pdf.labels(), 30);
        EXPECT_FALSE(std::filesystem::exists(path));
        pdf.finish();
    }
    const std::string info = run("TZ=UTC pdfinfo -isodates " + path);
    EXPECT_NE(info.find("Pages:           2\n"), std::string::npos) << info;
    EXPECT_NE(info.find("A4"), std::string::npos) << info;
    EXPECT_NE(info.find("产品标签"), std::string::npos) << info;
    EXPECT_NE(info.find("CreationDate:    2024-05-01T08:30:00Z"), std::string::npos) << info;
    for (int i = 0; i < 30; ++i) EXPECT_EQ(scanned_at(scratch, path, slot(layout, i), layout), fields(i).at("code"));

    std::multiset<std::string> texts;
    for (const Word& word : words(path)) texts.insert(word.text);
    EXPECT_EQ(texts.count("智能温控器"), 30u);
    EXPECT_EQ(texts.count("型号"), 30u);
    EXPECT_EQ(texts.count("2024-05-01"), 30u);
    EXPECT_EQ(texts.count("8K3F"), 30u);
    EXPECT_EQ(run("pdffonts " + path + " | tail -n +3 | grep -cv 'yes yes yes' || true"), "0\n");  // all embedded
}

TEST(LabelPdf, text_comes_back_as_it_went_in) {
    const Scratch scratch;
    const std::string path = scratch.path("label.pdf");
    LabelLayout layout;
    layout.label_width_mm = 150;
    layout.label_height_mm = 60;
    layout.qr_size_mm = 0;
    // Chinese, Latin with accents, a rare ideograph, ligature candidates, markup, and the empty caption that must go.
    const std::vector<std::string> texts{"一二三 龙门 源流智能温控器", "Größe café office", "囍龘 〇㎡℃",
                                         "<b>&amp;</b>"};
    for (const std::string& text : texts) layout.lines.push_back({.text = text, .size_pt = 12});
    layout.lines.push_back({.text = "备注 {remark}"});
    layout.lines.push_back({.text = "{note}", .bold = true});
    LabelPdf pdf(path, layout, "t", created);
    pdf.add({{"note", "第一行\n第二行\t\x01 尾"}});
    pdf.finish();
    const std::vector<std::string> lines = lines_of(run("pdftotext -layout " + path + " -"));
    const std::string all = run("pdftotext " + path + " -");
    for (const std::string& text : texts) EXPECT_NE(all.find(text), std::string::npos) << text << "\n" << all;
    EXPECT_NE(all.find("第一行 第二行"), std::string::npos) << all;
    EXPECT_EQ(all.find("备注"), std::string::npos);
}

// Dark pixels of the first page that lie outside of a box, at 8 pixels a millimetre.
int ink_outside(const Scratch& scratch, const std::string& pdf, const Box& box) {
    run("pdftoppm -gray -singlefile -r 203.2 " + pdf + " " + scratch.path("ink"));
    std::istringstream picture(load(scratch.path("ink.pgm")));
    std::string magic;
    int width = 0;
    int height = 0;
    int white = 0;
    picture >> magic >> width >> height >> white;
    picture.get();
    EXPECT_EQ(magic, "P5");
    int outside = 0;
    int all = 0;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            if (picture.get() >= 128) continue;
            ++all;
            const double left = x / 8.0;
            const double top = y / 8.0;
            if (left < box.x || left >= box.x + box.width || top < box.y || top >= box.y + box.height) ++outside;
        }
    }
    EXPECT_GT(all, 1'000);
    return outside;
}

// On paper the text ends in an ellipsis inside its label; a reader who selects it gets all of it.
TEST(LabelPdf, long_text_is_cut_inside_its_label) {
    const Scratch scratch;
    const std::string type = "超长名称的智能温控器标准版增强型出口专用第二代带无线模块与传感器套装";
    for (const LabelLayout& layout : presets()) {
        const std::string path = scratch.path(layout.name + ".pdf");
        LabelPdf pdf(path, layout, "t", created);
        pdf.add({{"code", "8K3FQ7WM2TZ9XD5H8K3FQ7WM2TZ9XD5H8K3FQ7WM2TZ9XD5H"},
                 {"type", type},
                 {"model", "WK-200-Professional-Extended-Edition-With-Everything"},
                 {"batch", std::string(3000, 'W')},
                 {"date", "2024-05-01"}});
        pdf.finish();
        const Slot at = slot(layout, 0);
        const double pad = layout.padding_mm - 0.2;  // a bold stroke may lean over its box
        const Box kept{at.x_mm + pad, at.y_mm + pad, layout.label_width_mm - 2 * pad, layout.label_height_mm - 2 * pad};
        EXPECT_EQ(ink_outside(scratch, path, kept), 0) << layout.name;
        std::string text;
        for (const Word& word : words(path)) {
            EXPECT_LE(word.x1, (kept.x + kept.width) * 72 / 25.4) << layout.name << " " << word.text;
            text += word.text;
        }
        EXPECT_NE(text.find(type), std::string::npos) << layout.name << text;
        EXPECT_EQ(text.find(std::string(1001, 'W')), std::string::npos) << layout.name;
    }
}

TEST(LabelPdf, a_long_code_shrinks_before_it_is_cut) {
    const Scratch scratch;
    const std::string path = scratch.path("label.pdf");
    LabelPdf pdf(path, preset("40x30"), "t", created);
    pdf.add({{"code", "8K3FQ7WM2TZ9XD5H8K3FQ7WM"}});
    pdf.finish();
    std::string text;
    for (const Word& word : words(path)) text += word.text + " ";
    EXPECT_EQ(text, "8K3F Q7WM 2TZ9 XD5H 8K3F Q7WM ");
}

TEST(LabelPdf, rolls_have_a_page_a_label_and_scan_at_every_size) {
    const Scratch scratch;
    for (const char* name : {"40x30", "50x30", "60x40", "70x50"}) {
        const std::string path = scratch.path(std::string(name) + ".pdf");
        LabelPdf pdf(path, preset(name), "t", created);
        std::multiset<std::string> codes;
        for (int i = 0; i < 3; ++i) {
            pdf.add(fields(i));
            codes.insert(fields(i).at("code"));
        }
        pdf.finish();
        EXPECT_NE(run("pdfinfo " + path).find("Pages:           3\n"), std::string::npos);
        EXPECT_EQ(scanned(scratch, path, "qrcode"), codes) << name;
    }
}

TEST(LabelPdf, bars_scan_too) {
    const Scratch scratch;
    LabelLayout layout = preset("70x50");
    layout.qr_size_mm = 25;
    layout.bar_height_mm = 9;
    const std::string path = scratch.path("label.pdf");
    LabelPdf pdf(path, layout, "t", created);
    pdf.add(fields(7));
    EXPECT_EQ(refusal([&] { pdf.add({{"code", std::string(60, 'X')}}); }), "bar_text print.bar_too_dense");
    EXPECT_EQ(refusal([&] { pdf.add({{"code", "条码"}}); }), "text print.bar_not_ascii");
    pdf.add(fields(8));
    pdf.finish();
    const std::multiset<std::string> codes{fields(7).at("code"), fields(8).at("code")};
    EXPECT_EQ(scanned(scratch, path, "code128"), codes);
    EXPECT_EQ(scanned(scratch, path, "qrcode"), codes);  // and what was refused left no trace
}

TEST(LabelPdf, refuses_a_code_too_fine_to_read) {
    const Scratch scratch;
    LabelPdf pdf(scratch.path("label.pdf"), preset("40x30"), "t", created);
    EXPECT_EQ(refusal([&] { pdf.add({{"code", std::string(900, 'x')}}); }), "qr_size_mm print.qr_too_dense");
    EXPECT_EQ(refusal([&] { pdf.add({}); }), "text field.required");
    EXPECT_EQ(pdf.labels(), 0);
}

TEST(LabelPdf, leaves_nothing_unless_finished) {
    const Scratch scratch;
    {
        LabelPdf pdf(scratch.path("label.pdf"), preset("40x30"), "t", created);
        pdf.add(fields(1));
        EXPECT_EQ(scratch.files(), 1u);  // the part file
    }
    EXPECT_EQ(scratch.files(), 0u);
    LabelPdf pdf(scratch.path("label.pdf"), preset("40x30"), "t", created);
    pdf.finish();
    EXPECT_EQ(refusal([&] { pdf.finish(); }), "internal");
    EXPECT_EQ(refusal([&] { pdf.add(fields(1)); }), "internal");
    EXPECT_EQ(scratch.files(), 1u);
    LabelLayout bad = preset("40x30");
    bad.cols = 2;
    EXPECT_EQ(refusal([&] { LabelPdf(scratch.path("b.pdf"), bad, "t", created); }), "cols print.roll_is_one_label");
    EXPECT_EQ(refusal([&] { LabelPdf(scratch.path("no/folder.pdf"), preset("40x30"), "t", created); }), "internal");
    EXPECT_EQ(scratch.files(), 1u);
}

// A file size limit stands in for the full disk: the same failing write(), without needing one.
TEST(LabelPdf, a_full_disk_is_told_and_leaves_nothing) {
    const Scratch scratch;
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit old_limit{};
    getrlimit(RLIMIT_FSIZE, &old_limit);
    const rlimit limit{300'000, old_limit.rlim_max};
    Fault fault = Fault::internal;
    {
        LabelPdf pdf(scratch.path("label.pdf"), preset("40x30"), "t", created);
        setrlimit(RLIMIT_FSIZE, &limit);
        try {
            for (int i = 0; i < 2'000; ++i) pdf.add(fields(i));
            pdf.finish();
        } catch (const Error& error) {
            fault = error.fault;
        }
        setrlimit(RLIMIT_FSIZE, &old_limit);
    }
    EXPECT_EQ(fault, Fault::no_space);
    EXPECT_EQ(scratch.files(), 0u);
}

TEST(LabelPdf, memory_stays_level) {
    const Scratch scratch;
    for (const char* name : {"a4-3x8", "40x30"}) {
        LabelPdf pdf(scratch.path("labels.pdf"), preset(name), "t", created);
        int i = 0;
        for (; i < 1'000; ++i) pdf.add(fields(i));
        const std::int64_t before = live_heap_bytes();
        for (; i < 5'000; ++i) pdf.add(fields(i));
        // A roll's page costs Cairo its object offsets, some 60 bytes: 60 MB for a million.
        EXPECT_LT(live_heap_bytes() - before, 4'000 * 120) << name;
        pdf.finish();
    }
}

TEST(LabelPdf, documents_share_their_fonts_and_leave_nothing_in_memory) {
    const Scratch scratch;
    std::int64_t before = 0;
    for (int document = 0; document < 60; ++document) {
        LabelPdf pdf(scratch.path("labels.pdf"), preset("50x30"), "t", created);
        pdf.add(fields(document));
        pdf.finish();
        if (document == 9) before = live_heap_bytes();
    }
    EXPECT_LT(live_heap_bytes() - before, 64 * 1024);  // one loaded Chinese font alone is several megabytes
}

TEST(Preview, is_the_label_as_a_picture) {
    const Scratch scratch;
    const std::string path = scratch.path("preview.png");
    save(path, preview_png(preset("50x30"), fields(3), 254));
    EXPECT_EQ(run("zbarimg --nodbus --quiet --raw " + path), fields(3).at("code") + "\n");
    const std::string png = load(path);
    EXPECT_EQ(png.substr(16, 8), std::string("\0\0\1\xf4\0\0\1\x2c", 8));  // 500 × 300 pixels
    EXPECT_EQ(refusal([] { preview_png(preset("50x30"), fields(3), 1'000); }), "dpi field.too_large");
}

TEST(Preview, a_page_shows_a_label_in_every_place) {
    const Scratch scratch;
    LabelLayout sheet = preset("a4-3x8");
    sheet.skip_first = 3;
    save(scratch.path("page.png"), preview_page_png(sheet, fields(1)));
    const auto codes = lines_of(run("zbarimg --nodbus --quiet --raw " + scratch.path("page.png")));
    EXPECT_EQ(codes, std::vector<std::string>(21, fields(1).at("code")));
    save(scratch.path("roll.png"), preview_page_png(preset("50x30"), fields(2)));
    EXPECT_EQ(lines_of(run("zbarimg --nodbus --quiet --raw " + scratch.path("roll.png"))),
              std::vector<std::string>{fields(2).at("code")});
    LabelLayout huge = preset("a4-3x8");
    huge.page_width_mm = huge.page_height_mm = 1200;
    huge.rows = huge.cols = 1;
    EXPECT_LT(preview_page_png(huge, fields(1)).size(), 200'000u);
    huge.rows = 100;
    EXPECT_EQ(refusal([&] { preview_page_png(huge, fields(1)); }), "rows print.does_not_fit");
}

TEST(Label, codes_too_fine_to_read_are_refused_without_drawing) {
    LabelLayout layout = preset("50x30");
    EXPECT_EQ(refusal([&] { check_codes(layout, fields(1)); }), "");
    layout.qr_size_mm = 6;
    EXPECT_EQ(refusal([&] { check_codes(layout, fields(1)); }), "qr_size_mm print.qr_too_dense");
    layout.qr_size_mm = 0;
    layout.bar_height_mm = 8;
    EXPECT_EQ(refusal([&] { check_codes(layout, fields(1)); }), "");
    layout.label_width_mm = 12;
    EXPECT_EQ(refusal([&] { check_codes(layout, fields(1)); }), "bar_text print.bar_too_dense");
}

}  // namespace
}  // namespace yuanliu::print
