// Sheets out and in: what our writer and others make is read back, what is broken or hostile is refused.
#include <gmock/gmock.h>
#include <xlsxwriter.h>
#include <zip.h>

#include <fstream>

#include "base/error.hpp"
#include "base/time.hpp"
#include "kit/temp_folder.hpp"
#include "platform/sheets/reader.hpp"
#include "platform/sheets/writer.hpp"

namespace yuanliu::sheets {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Sheets : public ::testing::Test {
 protected:
    std::string path(const char* name) const { return (folder_.path() / name).string(); }
    std::string put(const char* name, std::string_view bytes) const {
        std::ofstream(path(name), std::ios::binary) << bytes;
        return path(name);
    }
    // An archive of these parts.
    std::string archive(const char* name, const std::vector<std::pair<std::string, std::string>>& parts) const {
        int failed = 0;
        zip_t* zip = zip_open(path(name).c_str(), ZIP_CREATE | ZIP_TRUNCATE, &failed);
        for (const auto& [part, text] : parts)
            zip_file_add(zip, part.c_str(), zip_source_buffer(zip, text.data(), text.size(), 0), ZIP_FL_OVERWRITE);
        EXPECT_EQ(zip_close(zip), 0);
        return path(name);
    }
    // A workbook of one sheet with these rows; `more` are further parts, `book` goes into the workbook.
    std::string workbook(const char* name, const std::string& rows, const std::string& book = "",
                         std::vector<std::pair<std::string, std::string>> more = {}) const {
        std::string relations =
            R"(<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/>)";
        for (const auto& [part, text] : more)
            relations +=
                R"(<Relationship Id=")" + part + R"(" Type="http://x/)" + part + R"(" Target=")" + part + R"(.xml"/>)";
        std::vector<std::pair<std::string, std::string>> parts{
            {"_rels/.rels", R"(<Relationships><Relationship Id="a" Type="http://x/officeDocument" )"
                            R"(Target="xl/workbook.xml"/></Relationships>)"},
            {"xl/workbook.xml", "<workbook xmlns:r=\"r\">" + book +
                                    "<sheets><sheet name=\"1\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"},
            {"xl/_rels/workbook.xml.rels", relations + "</Relationships>"},
            {"xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + rows + "</sheetData></worksheet>"}};
        for (auto& [part, text] : more) parts.emplace_back("xl/" + part + ".xml", text);
        return archive(name, parts);
    }
    // Every cell as text, each row behind its number.
    static std::vector<std::string> rows(const std::string& file, const ReadLimits& limits = {}) {
        std::vector<std::string> out;
        read(file, limits, [&](std::size_t number, const Row& cells) {
            std::string line = std::to_string(number);
            for (const auto& cell : cells) line += "|" + cell.shown();
            out.push_back(line);
            return true;
        });
        return out;
    }
    static std::string refusal(const std::string& file, const ReadLimits& limits = {}) {
        try {
            rows(file, limits);
        } catch (const Error& e) {
            return e.code;
        }
        return "nothing was refused";
    }
    static std::string text_of(const std::string& file) {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    TempFolder folder_;
};

const std::vector<Column> columns{{"编码", Shape::text}, {"数量", Shape::integer}, {"价格", Shape::money},
                                  {"日期", Shape::date}, {"时间", Shape::time},    {"在用", Shape::text}};
Row sample_row() {
    return {Cell::of_text("00123"),
            Cell::of_number("42"),
            Cell::of_number("-99.50"),
            Cell::of_date(*parse_date("2026-03-02")),
            Cell::of_time(*parse_date("2026-03-02"), 59'400'000),
            Cell::of_boolean(true)};
}

TEST_F(Sheets, our_workbook_is_read_back_value_by_value) {
    auto writer = write_xlsx(path("a.xlsx"), "产品", columns, {0});
    writer->row(sample_row());
    writer->row(Row(6));
    writer->row({{Cell::of_text("=1+1")}});
    writer->finish();
    std::vector<Row> got;
    read(path("a.xlsx"), {}, [&](std::size_t, const Row& cells) { return got.push_back(cells), true; });
    ASSERT_EQ(got.size(), 3u);
    EXPECT_EQ(got[0][3].text, "日期");
    auto wanted = sample_row();
    wanted[2] = Cell::of_number("-99.5");
    EXPECT_EQ(got[1], wanted);
    EXPECT_EQ(got[2][0], Cell::of_text("=1+1")) << "a text, no formula";
    EXPECT_THAT(rows(path("a.xlsx")).back(), "4|=1+1") << "rows keep their numbers";
}

TEST_F(Sheets, a_workbook_goes_on_in_a_second_sheet) {
    auto writer = write_xlsx(path("a.xlsx"), "a/b:c", {{"n", Shape::integer}}, {0});
    const Row cell{Cell::of_number("1")};
    for (std::size_t i = 0; i < rows_max + 5; ++i) writer->row(cell);
    writer->finish();
    ReadLimits limits;
    limits.rows = rows_max;
    EXPECT_EQ(rows(path("a.xlsx"), limits).size(), rows_max);
    int failed = 0;
    zip_t* zip = zip_open(path("a.xlsx").c_str(), ZIP_RDONLY, &failed);
    ASSERT_TRUE(zip);
    EXPECT_GE(zip_name_locate(zip, "xl/worksheets/sheet2.xml", 0), 0);
    EXPECT_LT(zip_name_locate(zip, "xl/worksheets/sheet3.xml", 0), 0);
    zip_discard(zip);
}

TEST_F(Sheets, csv_is_read_back_and_disarmed) {
    auto writer = write_csv(path("a.csv"), columns);
    writer->row(sample_row());
    writer->row({{Cell::of_text("=cmd|' /C calc'!A0"), Cell::of_number("-1")}});
    writer->row(
        {{Cell::of_text("a \"b\", c\nd"), {}, Cell::of_text("+8613800138000"), Cell::of_text("9787115400000")}});
    writer->finish();
    const auto text = text_of(path("a.csv"));
    EXPECT_THAT(text, StartsWith("\xEF\xBB\xBF编码,数量,"));
    EXPECT_THAT(text, HasSubstr("\"\t00123\",42,-99.50,2026-03-02,2026-03-02 16:30:00,true\r\n"));
    EXPECT_THAT(text, HasSubstr("\r\n'=cmd"));
    EXPECT_THAT(text, HasSubstr("\"\t+8613800138000\",\"\t9787115400000\""));
    EXPECT_THAT(rows(path("a.csv")),
                ElementsAre("1|编码|数量|价格|日期|时间|在用", "2|00123|42|-99.50|2026-03-02|2026-03-02 16:30:00|true",
                            "3|'=cmd|' /C calc'!A0|-1", "4|a \"b\", c\nd||+8613800138000|9787115400000"));
}

TEST_F(Sheets, other_separators_and_line_ends_are_read) {
    EXPECT_THAT(rows(put("a.csv", "a;b\r\n\r\n1;\"x;\n\"\"y\"\"\"\r\n")), ElementsAre("1|a|b", "3|1|x;\n\"y\""));
    EXPECT_THAT(rows(put("b.csv", "a\tb\n1\t2")), ElementsAre("1|a|b", "2|1|2"));
    EXPECT_THAT(rows(put("c.csv", "sep=|\r\na|b\r\n")), ElementsAre("2|a|b"));
    EXPECT_THAT(rows(put("d.csv", "a,b,,\n ,\n\"open,x")), ElementsAre("1|a|b", "3|open,x"));
    EXPECT_THAT(rows(put("e.csv", "")), ElementsAre());
}

TEST_F(Sheets, chinese_of_every_encoding_is_read) {
    // 名称,型号 and 净化器,YL-1
    const std::string gb = "\xC3\xFB\xB3\xC6,\xD0\xCD\xBA\xC5\r\n\xBE\xBB\xBB\xAF\xC6\xF7,YL-1\r\n";
    EXPECT_THAT(rows(put("gbk.csv", gb)), ElementsAre("1|名称|型号", "2|净化器|YL-1"));
    EXPECT_THAT(rows(put("utf8.csv", "名称,型号\n净化器,YL-1\n")), ElementsAre("1|名称|型号", "2|净化器|YL-1"));
    EXPECT_THAT(rows(put("bom.csv", "\xEF\xBB\xBF名称,型号\n")), ElementsAre("1|名称|型号"));
    // 𠀀, which only GB18030 has, as four bytes.
    EXPECT_THAT(rows(put("gb18030.csv", gb + "\x95\x32\x82\x36,x\r\n")).back(), "3|𠀀|x");
    EXPECT_EQ(rows(put("utf16.csv", std::string("\xFF\xFE\x0D\x54\x2C\x00\x31\x00", 8))),
              std::vector<std::string>{"1|名|1"});
}

TEST_F(Sheets, what_other_writers_share_or_decorate_is_read) {
    lxw_workbook* book = workbook_new(path("a.xlsx").c_str());
    lxw_worksheet* page = workbook_add_worksheet(book, nullptr);
    lxw_format* bold = workbook_add_format(book);
    format_set_bold(bold);
    lxw_format* date = workbook_add_format(book);
    format_set_num_format(date, "yyyy\"年\"m\"月\"d\"日\"");
    lxw_format* plain = workbook_add_format(book);
    format_set_num_format(plain, "[Red]#,##0.00;[$-804]\"d\"0");
    worksheet_write_string(page, 0, 0, "共享", nullptr);
    worksheet_write_string(page, 4, 3, "共享", nullptr);
    lxw_rich_string_tuple first{nullptr, const_cast<char*>("粗")}, second{bold, const_cast<char*>("体")};
    lxw_rich_string_tuple* parts[] = {&first, &second, nullptr};
    worksheet_write_rich_string(page, 1, 0, parts, nullptr);
    worksheet_write_number(page, 1, 1, 46083, date);
    worksheet_write_number(page, 1, 2, 1234.5, plain);
    worksheet_write_number(page, 1, 3, 13800138000, nullptr);
    worksheet_write_number(page, 1, 4, 0.1 + 0.2, nullptr);
    worksheet_write_boolean(page, 1, 5, 0, nullptr);
    worksheet_write_formula_num(page, 1, 6, "=1+1", nullptr, 2);
    ASSERT_EQ(workbook_close(book), LXW_NO_ERROR);
    EXPECT_THAT(rows(path("a.xlsx")),
                ElementsAre("1|共享", "2|粗体|2026-03-02|1234.5|13800138000|0.3|false|2", "5||||共享"));
}

TEST_F(Sheets, what_the_format_allows_is_read) {
    const std::string styles =
        R"(<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[h]:mm:ss"/>)"
        R"(<numFmt numFmtId="165" formatCode="G/通用格式"/>)"
        R"(<numFmt numFmtId="166" formatCode="mmm"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>)"
        R"(<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="164"/><xf numFmtId="165"/>)"
        R"(<xf numFmtId="166"/></cellXfs></styleSheet>)";
    const std::string sheet =
        R"(<row><c t="inlineStr"><is><r><t>a</t></r><rPh><t>no</t></rPh><r><t> b</t></r></is></c>)"
        R"(<c t="e"><v>#N/A</v></c></row>)"
        R"(<row r="3"><c r="B3" s="1"><v>46083</v></c><c r="C3" s="2"><v>46083.6875</v></c>)"
        R"(<c r="D3" s="3"><v>0.5</v></c>)"
        R"(<c s="4"><v>7</v></c><c s="5"><v>46083</v></c></row>)"
        R"(<row><c s="1"><v>59</v></c><c s="1"><v>61</v></c>)"
        R"(<c t="d"><v>2026-03-02T16:30:00</v></c>)"
        R"(<c t="str"><f>A1</f><v>x_x000D_y</v></c></row>)";
    EXPECT_THAT(rows(workbook("a.xlsx", sheet, "", {{"styles", styles}})),
                ElementsAre("1|a b|#N/A", "3||2026-03-02|2026-03-02 16:30:00|12:00:00|7|2026-03-02",
                            "4|1900-02-28|1900-03-01|2026-03-02 16:30:00|xy"));
    EXPECT_THAT(rows(workbook("b.xlsx", R"(<row><c s="1"><v>44621</v></c></row>)", R"(<workbookPr date1904="1"/>)",
                              {{"styles", styles}})),
                ElementsAre("1|2026-03-02"));
}

TEST_F(Sheets, a_hidden_sheet_is_passed_over) {
    lxw_workbook* book = workbook_new(path("a.xlsx").c_str());
    lxw_worksheet* hidden = workbook_add_worksheet(book, "lists");
    lxw_worksheet* shown = workbook_add_worksheet(book, "data");
    worksheet_write_string(hidden, 0, 0, "hidden", nullptr);
    worksheet_write_string(shown, 0, 0, "shown", nullptr);
    worksheet_activate(shown);
    worksheet_hide(hidden);
    ASSERT_EQ(workbook_close(book), LXW_NO_ERROR);
    EXPECT_THAT(rows(path("a.xlsx")), ElementsAre("1|shown"));
}

TEST_F(Sheets, what_is_no_sheet_is_refused) {
    EXPECT_EQ(refusal(put("a.xls", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old")), "sheets.old_format");
    EXPECT_EQ(refusal(put("a.png", "\x89PNG\r\n\x1A\n rest")), "sheets.not_a_sheet");
    EXPECT_EQ(refusal(put("a.bin", std::string("ab\0cd", 5))), "sheets.not_a_sheet");
    EXPECT_EQ(refusal(archive("a.zip", {{"hello.txt", "hello"}})), "sheets.not_a_sheet");
    EXPECT_EQ(refusal(put("b.zip", "PK\x03\x04 and no more")), "sheets.broken");
    EXPECT_EQ(refusal(workbook("a.xlsx", "<row><c t=\"s\"><v>7</v></c></row>")), "sheets.broken");
    EXPECT_EQ(refusal(workbook("b.xlsx", "<row><c><v>seven</v></c></row>")), "sheets.broken");
    EXPECT_EQ(refusal(workbook("c.xlsx", "<row r=\"2\"/><row r=\"1\"/>")), "sheets.broken");
    EXPECT_EQ(refusal(workbook("d.xlsx", "<row><c>")), "sheets.broken");
    EXPECT_EQ(refusal(workbook("e.xlsx", "<row><c r=\"ZZZZZ1\"><v>1</v></c></row>")), "sheets.broken");
}

TEST_F(Sheets, entities_and_bombs_are_refused) {
    const std::string laughs = R"(<!DOCTYPE a [<!ENTITY x "ha">]><sst><si><t>&x;</t></si></sst>)";
    EXPECT_EQ(refusal(workbook("a.xlsx", "", "", {{"sharedStrings", laughs}})), "sheets.broken");
    const std::string spaces(40 << 20, ' ');
    ReadLimits limits;
    limits.unpacked_bytes = 32 << 20;
    const auto bomb = workbook("b.xlsx", spaces);
    EXPECT_LT(text_of(bomb).size(), 100'000u);
    EXPECT_EQ(refusal(bomb, limits), "sheets.too_large");
    limits.texts_bytes = 1000;
    EXPECT_EQ(refusal(workbook("c.xlsx", "", "",
                               {{"sharedStrings", "<sst><si><t>" + std::string(2000, 'a') + "</t></si></sst>"}}),
                      limits),
              "sheets.too_large");
}

TEST_F(Sheets, limits_are_kept) {
    ReadLimits limits;
    limits.rows = 2, limits.columns = 3, limits.file_bytes = 100;
    EXPECT_EQ(rows(put("a.csv", "a\nb\n\n"), limits).size(), 2u);
    EXPECT_EQ(refusal(put("a.csv", "a\nb\nc\n"), limits), "sheets.too_many_rows");
    EXPECT_EQ(rows(put("a.csv", "a,b,c,,,\n"), limits).size(), 1u);
    EXPECT_EQ(refusal(put("a.csv", "a,b,c,d\n"), limits), "sheets.too_many_columns");
    EXPECT_EQ(refusal(put("a.csv", std::string(101, 'a')), limits), "sheets.too_large");
    limits.file_bytes = 1 << 20;
    EXPECT_EQ(refusal(workbook("a.xlsx", "<row><c r=\"D1\"><v>1</v></c></row>"), limits), "sheets.too_many_columns");
}

TEST_F(Sheets, reading_stops_when_told) {
    int seen = 0;
    read(workbook("a.xlsx", "<row><c><v>1</v></c></row><row><c><v>2</v></c></row>"), {},
         [&](std::size_t, const Row&) { return ++seen, false; });
    read(put("a.csv", "a\nb\n"), {}, [&](std::size_t, const Row&) { return ++seen, false; });
    EXPECT_EQ(seen, 2);
    EXPECT_THROW(read(workbook("b.xlsx", "<row><c><v>1</v></c></row>"), {},
                      [](std::size_t, const Row&) -> bool { throw conflict("stop"); }),
                 Error);
}

}  // namespace
}  // namespace yuanliu::sheets
