// Label designs of the company's own: kept, refused where they would not print, shown, printed with.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "lifecycle/app_test.hpp"
#include "modules/units/label_templates.hpp"

namespace yuanliu {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class LabelTemplatesTest : public AppTest {
 protected:
    static std::string roll(std::string_view name, std::string_view more = "") {
        return fmt::format(R"({{"name":"{}","media":"roll","label_width_mm":50,"label_height_mm":30,"padding_mm":2,)"
                           R"("qr_size_mm":21,"lines":[{}]{}}})",
                           name, line("{type}"), more);
    }
    static std::string line(std::string_view text, double size_pt = 8, std::string_view place = "beside") {
        return fmt::format(R"({{"text":"{}","size_pt":{},"bold":false,"mono":false,"align":"left","place":"{}",)"
                           R"("max_lines":1,"shrink":false}})",
                           text, size_pt, place);
    }
    static std::string sheet(std::string_view name, int rows, int cols, std::string_view lines) {
        return fmt::format(R"({{"name":"{}","media":"sheet","label_width_mm":60,"label_height_mm":30,"rows":{},)"
                           R"("cols":{},"margin_top_mm":10,"margin_left_mm":10,"gap_x_mm":2,"gap_y_mm":1,)"
                           R"("padding_mm":2,"qr_size_mm":20,"bar_height_mm":0,"cut_lines":true,"lines":[{}]}})",
                           name, rows, cols, lines);
    }
    // "field code; …" of what is refused.
    std::string problems(std::string_view body, std::string_view path = "/api/label-templates/") {
        const auto reply = post(path, body);
        EXPECT_EQ(reply.status, 422) << reply.body;
        std::string out;
        for (std::size_t i = 0; i < reply.count("error.fields"); ++i) {
            const auto at = fmt::format("error.fields[{}].", i);
            out += (out.empty() ? "" : "; ") + reply.at(at + "field") + " " + reply.at(at + "code");
        }
        return out;
    }
    std::string finished_job(const std::string& id) {
        std::string state;
        for (int i = 0; i < 1500 && state != "completed" && state != "discarded"; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            state = get("/api/jobs/" + id + "/").at("data.state");
        }
        return state;
    }
};
YL_APP_TEST(LabelTemplatesTest);

TEST_P(LabelTemplatesTest, APresetIsADesignThatCanBeKept) {
    auto answer = get("/api/label-presets/");
    ASSERT_EQ(answer.status, 200) << answer.body;
    ASSERT_EQ(answer.count("data"), print::presets().size());
    for (const auto& preset : print::presets()) {
        auto design = to_json(units::design_of(preset));
        EXPECT_THAT(answer.body, HasSubstr(design));
        auto kept = post("/api/label-templates/", design);
        EXPECT_EQ(kept.status, 201) << preset.name << kept.body;
        EXPECT_EQ(kept.at("data.name"), preset.name);
        EXPECT_EQ(kept.at("data.cols"), std::to_string(preset.cols));
        EXPECT_EQ(kept.count("data.lines"), preset.lines.size());
    }
}

TEST_P(LabelTemplatesTest, are_kept_changed_and_deleted) {
    auto made = post("/api/label-templates/", roll("小卷纸"));
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.at("data.printer_dpi"), "203") << "a roll is printed by a thermal printer";
    EXPECT_EQ(made.at("data.lines[0].text"), "{type}");
    const auto path = "/api/label-templates/" + made.at("data.id") + "/";
    EXPECT_EQ(problems(roll("小卷纸")), "name units.template_name_taken");
    ASSERT_EQ(post("/api/label-templates/", sheet("整页", 9, 3, line("{model}"))).status, 201);

    const auto etag = get(path).header("ETag");
    auto changed = put(path, sheet("小卷纸", 8, 3, line("{code:4}", 7.5, "below")));
    ASSERT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(changed.at("data.media"), "sheet");
    EXPECT_EQ(changed.at("data.lines[0].place"), "below");
    EXPECT_EQ(get(path).at("data.lines[0].size_pt"), "7.5");
    EXPECT_EQ(ask("PUT", path, roll("小卷纸"), {{"if-match", etag}}).status, 412);

    EXPECT_EQ(get("/api/label-templates/?search=%E5%8D%B7").count("data"), 1u);
    EXPECT_EQ(get("/api/label-templates/?media=sheet&ordering=name").count("data"), 2u);
    EXPECT_EQ(del(path).status, 200);
    EXPECT_EQ(get(path).status, 404);
    EXPECT_EQ(get("/api/label-templates/").count("data"), 1u);
}

TEST_P(LabelTemplatesTest, what_would_not_print_is_refused_by_field) {
    EXPECT_EQ(problems(sheet("a", 20, 3, line("{model}"))), "rows print.does_not_fit");
    EXPECT_EQ(problems(sheet("a", 8, 9, line("{model}"))), "cols print.does_not_fit");
    EXPECT_EQ(problems(sheet("a", 8, 3, line("{model}") + "," + line("x", 99))), "lines[1].size_pt field.too_large");
    EXPECT_EQ(problems(sheet("a", 8, 3, line("{modell}"))), "lines[0].text units.unknown_hole");
    EXPECT_EQ(problems(sheet("a", 8, 3, line("{model"))), "lines[0].text print.bad_placeholder");
    EXPECT_EQ(problems(roll("a", R"(,"rows":2)")), "rows print.roll_is_one_label");
    EXPECT_EQ(problems(roll("a", R"(,"bar_height_mm":6)")), "qr_size_mm print.does_not_fit");
    auto tiny = roll("a");
    tiny.replace(tiny.find("\"qr_size_mm\":21"), 15, "\"qr_size_mm\":6");
    EXPECT_EQ(problems(tiny), "qr_size_mm print.qr_too_dense");
    EXPECT_EQ(problems(tiny, "/api/label-templates/preview/"), "qr_size_mm print.qr_too_dense");
    EXPECT_EQ(post("/api/label-templates/", R"({"name":"a"})").status, 400);
}

TEST_P(LabelTemplatesTest, a_design_is_shown_before_it_is_kept) {
    auto picture = post("/api/label-templates/preview/", roll(""));
    ASSERT_EQ(picture.status, 200) << picture.body;
    EXPECT_EQ(picture.body.substr(1, 3), "PNG");
    make_units(make_type("YL-77"), {"PV-1"});
    auto of_unit = post("/api/label-templates/preview/", roll("", R"(,"qrcode_id":"PV-1")"));
    ASSERT_EQ(of_unit.status, 200) << of_unit.body;
    EXPECT_NE(of_unit.body, picture.body);
    EXPECT_EQ(post("/api/label-templates/preview/", roll("", R"(,"qrcode_id":"PV-2")")).status, 404);
    EXPECT_EQ(post("/api/label-templates/preview/", sheet("x", 9, 3, line("{model}"))).body.substr(1, 3), "PNG");
    EXPECT_EQ(get("/api/label-templates/").count("data"), 0u);
    EXPECT_EQ(get("/api/operation-records/?search=label").count("data"), 0u) << "looking is no operation";
}

TEST_P(LabelTemplatesTest, labels_are_printed_with_them) {
    make_units(make_type(), {"LT-1", "LT-2", "LT-3"});
    auto made = post("/api/label-templates/", sheet("整页", 2, 1, line("{code}")));
    const auto id = made.at("data.id");
    auto print = [&](std::string_view more) {
        return post("/api/labels/", fmt::format(R"({{"qrcode_ids":["LT-1","LT-2","LT-3"],"format":"pdf"{}}})", more));
    };
    EXPECT_EQ(print(fmt::format(R"(,"template_id":{},"layout":"50x30")", id)).at("error.fields[0].code"),
              "units.layout_or_template");
    EXPECT_EQ(print(fmt::format(R"(,"template_id":{},"skip_first":2)", id)).at("error.fields[0].field"), "skip_first");
    EXPECT_EQ(print(R"(,"template_id":4711)").status, 404);

    auto job = print(fmt::format(R"(,"template_id":{},"skip_first":1)", id));
    ASSERT_EQ(job.status, 202) << job.body;
    app().start_background();
    EXPECT_EQ(finished_job(job.at("data.job_id")), "completed");
    auto file = get("/api/jobs/" + job.at("data.job_id") + "/download/").file;
    std::ostringstream pdf;
    pdf << std::ifstream(file, std::ios::binary).rdbuf();
    EXPECT_THAT(pdf.str(), StartsWith("%PDF"));
    EXPECT_THAT(pdf.str(), HasSubstr("/Count 2")) << "one place skipped, three labels, two a page";
}

TEST_P(LabelTemplatesTest, are_for_those_who_print) {
    make_user("agent", 1);
    as(login("agent", password));
    EXPECT_EQ(get("/api/label-templates/").status, 403);
    EXPECT_EQ(post("/api/label-templates/preview/", roll("")).status, 403);
}

}  // namespace
}  // namespace yuanliu
