// Spreadsheets in: matched, tried, written whole or not at all.
#include <fstream>

#include "base/time.hpp"
#include "desk/desk_kit.hpp"
#include "platform/sheets/writer.hpp"

namespace yuanliu {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string types = "catalog.product_types.create", units = "units.products.bulk_create.create",
                  people = "identity.users.create";

class Imports : public DeskTest {
 protected:
    Reply upload(std::string_view route, std::string_view bytes, std::string_view name = "rows.csv") {
        const auto path = (folder_.path() / "upload").string();
        std::ofstream(path, std::ios::binary) << bytes;
        http::Part part;
        part.name = "file", part.filename = name, part.path = path, part.size = bytes.size();
        return ask_with_parts("POST", fmt::format("/api/imports/?route={}", route), {part});
    }
    std::string uploaded(std::string_view route, std::string_view bytes) {
        auto reply = upload(route, bytes);
        EXPECT_EQ(reply.status, 201) << reply.body;
        return reply.at("data.id");
    }
    Reply look(const std::string& id) { return get("/api/imports/" + id + "/"); }
    // The import after its rows were tried.
    Reply checked(const std::string& id) {
        auto started = post("/api/imports/" + id + "/check/", "");
        EXPECT_EQ(started.status, 202) << started.body;
        auto job = started.at("data.job_id");
        EXPECT_EQ(finished(job), "completed") << value("SELECT errors FROM jobs_job WHERE id = " + job);
        return look(id);
    }
    Reply written(const std::string& id, bool skip = false) {
        auto started = post("/api/imports/" + id + "/run/", skip ? R"({"skip_bad_rows":true})" : "{}");
        EXPECT_EQ(started.status, 202) << started.body;
        auto job = started.at("data.job_id");
        EXPECT_EQ(finished(job), "completed") << value("SELECT errors FROM jobs_job WHERE id = " + job);
        return look(id);
    }
    // "row field code" of each problem.
    std::vector<std::string> problems(const std::string& id) {
        auto reply = get("/api/imports/" + id + "/errors/?page_size=200");
        std::vector<std::string> out;
        for (std::size_t i = 0; i < reply.count("data"); ++i)
            out.push_back(fmt::format("{} {} {}", reply.at(fmt::format("data[{}].row_number", i)),
                                      reply.at(fmt::format("data[{}].field", i)),
                                      reply.at(fmt::format("data[{}].code", i))));
        return out;
    }
    std::vector<std::string> bad_rows(const std::string& id) {
        auto reply = get("/api/imports/" + id + "/bad-rows/");
        EXPECT_EQ(reply.status, 200) << reply.body;
        const auto path = (folder_.path() / "bad.xlsx").string();
        std::ofstream(path, std::ios::binary) << reply.body;
        return rows_of(path);
    }
    std::int64_t count(const std::string& table) { return number("SELECT count(*) FROM " + table); }

    TempFolder folder_;
};
YL_APP_TEST(Imports);

TEST_P(Imports, BringProductTypesAsAnybodyWritesThem) {
    auto made = upload(types,
                       "型号,产品名称,品牌,规格,质保期(月),启用,内部备注\r\n"
                       "YL-1,净化器,源流,功率：1200 W；颜色=白,24,是,x\r\n"
                       "YL-2, 加湿器 ,,,36.0,否,y\r\n",
                       "产品.csv");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.at("data.state"), "uploaded");
    EXPECT_EQ(made.at("data.rows"), "2");
    EXPECT_EQ(made.at("data.file_name"), "产品.csv");
    EXPECT_EQ(made.at("data.mapping.型号"), "model");
    EXPECT_EQ(made.at("data.mapping.产品名称"), "name");
    EXPECT_EQ(made.at("data.mapping.规格"), "specs");
    EXPECT_EQ(made.at("data.mapping.质保期(月)"), "warranty_months");
    EXPECT_EQ(made.at("data.mapping.内部备注"), "");
    EXPECT_EQ(made.at("data.sample[1][0]"), "YL-2");
    auto id = made.at("data.id");
    auto tried = checked(id);
    EXPECT_EQ(tried.at("data.state"), "checked") << tried.body;
    EXPECT_EQ(tried.at("data.good"), "2") << get("/api/imports/" + id + "/errors/").body;
    EXPECT_EQ(count("catalog_product_type"), 0) << "trying writes nothing";
    EXPECT_EQ(count("audit_record WHERE action = 'catalog.product_types.create'"), 0);
    auto done = written(id);
    EXPECT_EQ(done.at("data.state"), "done");
    EXPECT_EQ(done.at("data.good"), "2");
    auto list = get("/api/product-types/?ordering=model");
    EXPECT_EQ(list.at("data[0].specs.功率"), "1200 W") << list.body;
    EXPECT_EQ(list.at("data[0].specs.颜色"), "白");
    EXPECT_EQ(list.at("data[1].name"), "加湿器");
    EXPECT_EQ(list.at("data[1].warranty_months"), "36");
    EXPECT_EQ(list.at("data[1].active"), "false");
    EXPECT_EQ(count("audit_record WHERE action = 'catalog.product_types.create' AND operator_name = 'admin'"), 2)
        << "each row has an operation record of its own";
    EXPECT_EQ(post("/api/imports/" + id + "/run/", "{}").at("error.code"), "desk.import_done");
}

TEST_P(Imports, NameWhatIsWrongByTheRowThatExcelShows) {
    make_type("YL-0");
    auto id = uploaded(types,
                       "型号,名称,保修月数\n"
                       "YL-1,一,24\n"
                       ",二,12\n"
                       "\n"
                       "YL-3,三,两年\n"
                       "YL-0,四,24\n"
                       "YL-1,五,999\n"
                       "YL-1,六,24\n"
                       "YL-7,七,#N/A\n");
    auto tried = checked(id);
    EXPECT_EQ(tried.at("data.good"), "1");
    EXPECT_EQ(tried.at("data.bad"), "6");
    EXPECT_THAT(problems(id), ElementsAre("3 model field.required", "5 warranty_months field.wrong_type",
                                          "6 model catalog.model_taken", "7 warranty_months field.too_large",
                                          "8 model catalog.model_taken", "9 warranty_months field.wrong_type"));
    EXPECT_THAT(get("/api/imports/" + id + "/errors/").at("data[2].message"), HasSubstr("YL-0"));
    auto refused = post("/api/imports/" + id + "/run/", "{}");
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.at("error.code"), "desk.import_bad_rows");
    auto bad = bad_rows(id);
    EXPECT_EQ(bad.size(), 7u);
    EXPECT_EQ(bad[0], "型号|名称|保修月数|错误说明");
    EXPECT_THAT(bad[1], AllOf(StartsWith("|二|12|型号: "), HasSubstr("必须填写")));

    EXPECT_EQ(written(id, true).at("data.state"), "done");
    EXPECT_EQ(count("catalog_product_type"), 2);
    EXPECT_EQ(look(id).at("data.good"), "1");
    EXPECT_EQ(bad_rows(id).size(), 7u) << "they are still there to be mended";
}

TEST_P(Imports, WriteNothingWhenSomebodyWasQuicker) {
    std::string rows = "型号,名称,保修月数\n";
    for (int i = 0; i < 100; ++i) rows += fmt::format("M-{},名,12\n", i);
    auto id = uploaded(types, rows);
    EXPECT_EQ(checked(id).at("data.good"), "100");
    make_type("M-57");
    auto failed = written(id);
    EXPECT_EQ(failed.at("data.state"), "failed");
    EXPECT_EQ(count("catalog_product_type"), 1);
    EXPECT_EQ(count("audit_record WHERE action = 'catalog.product_types.create'"), 1);
    EXPECT_THAT(problems(id), ElementsAre("59 model catalog.model_taken"));
    // Now that it is known, the others may go on without it.
    EXPECT_EQ(checked(id).at("data.good"), "99");
    EXPECT_EQ(written(id, true).at("data.good"), "99");
    EXPECT_EQ(count("catalog_product_type"), 100);
}

TEST_P(Imports, AreCheckedPieceByPieceSoThatOthersWriteInBetween) {
    std::string rows = "型号,名称,保修月数\n";
    for (int i = 0; i < 950; ++i) rows += fmt::format("M-{},名,12\n", i);
    // The same as a row near by, and as one of another transaction.
    rows += "M-949,近,12\nm-1,别,12\nM-2,远,12\n";
    auto id = uploaded(types, rows);
    const auto before = app().db().stats();
    auto started = post("/api/imports/" + id + "/check/", "");
    ASSERT_EQ(finished(started.at("data.job_id")), "completed");
    const auto after = app().db().stats();
    EXPECT_GE(after.failures - before.failures, 5) << "each piece is a transaction that was undone";
    EXPECT_EQ(count("catalog_product_type"), 0);
    EXPECT_EQ(look(id).at("data.good"), "951");
    EXPECT_THAT(problems(id), ElementsAre("952 model catalog.model_taken", "954 model desk.row_repeated"));
    EXPECT_THAT(get("/api/imports/" + id + "/errors/").at("data[1].message"), HasSubstr("4"));
    EXPECT_EQ(written(id, true).at("data.state"), "done");
    EXPECT_EQ(count("catalog_product_type"), 951);
}

TEST_P(Imports, GoOnWithoutARowThatTurnsBadOnTheWay) {
    auto id = uploaded(types, "型号,名称,保修月数\nA,a,1\nB,b,1\n,c,1\n");
    EXPECT_EQ(checked(id).at("data.good"), "2");
    make_type("B");
    auto done = written(id, true);
    EXPECT_EQ(done.at("data.state"), "done");
    EXPECT_EQ(done.at("data.good"), "1");
    EXPECT_EQ(done.at("data.bad"), "2");
    EXPECT_EQ(count("catalog_product_type"), 2);
    EXPECT_EQ(bad_rows(id).size(), 3u);
}

TEST_P(Imports, GatherUnitsIntoBatches) {
    make_type("YL-1");
    make_type("YL-2");
    auto id = uploaded(units, "产品编码,型号\nA1,YL-1\nA2,YL-1\nB1,YL-2\nA3,YL-1\n");
    EXPECT_EQ(checked(id).at("data.good"), "4") << get("/api/imports/" + id + "/errors/").body;
    EXPECT_EQ(count("units_unit"), 0);
    EXPECT_EQ(written(id).at("data.state"), "done");
    EXPECT_EQ(count("units_unit"), 4);
    EXPECT_EQ(count("units_batch"), 2);
}

TEST_P(Imports, FindTheCodesToBlameInABatch) {
    make_units(make_type("YL-1"), {"A2"});
    auto id = uploaded(units, "产品编码,型号\nA1,YL-1\nA2,YL-1\nA1,YL-1\nA4,没有\nA 5,YL-1\n,YL-1\nA7,YL-1\n");
    auto tried = checked(id);
    EXPECT_EQ(tried.at("data.good"), "2") << tried.body;
    EXPECT_THAT(problems(id), ElementsAre("3 qrcode_ids units.code_taken", "4 qrcode_ids units.code_repeated",
                                          "5 product_type_id desk.nothing_called", "6 qrcode_ids field.bad_code",
                                          "7 qrcode_ids field.required"));
    EXPECT_EQ(written(id, true).at("data.good"), "2");
    EXPECT_EQ(count("units_unit"), 3);
}

TEST_P(Imports, ShipWhatAListNames) {
    make_units(make_type("YL-1"), {"A1", "A2", "A3"});
    auto agent = make_user("huanan", 1, R"(,"name":"华南代理")");
    auto id = uploaded("units.products.bulk_shipping.create", "序列号;代理商\nA1;huanan\nA2;华南代理\nA9;huanan\n");
    EXPECT_EQ(checked(id).at("data.good"), "2");
    EXPECT_THAT(problems(id), ElementsAre("4 qrcode_ids units.unknown_code"));
    EXPECT_EQ(written(id, true).at("data.state"), "done");
    EXPECT_EQ(count("units_unit WHERE agent_id = " + agent), 2);
}

TEST_P(Imports, BringPeopleFromAWorkbook) {
    const auto path = (folder_.path() / "people.xlsx").string();
    auto sheet = sheets::write_xlsx(path, "代理商", {{"类型"}, {"用户名"}, {"姓名"}, {"手机号"}, {"销售区域"}}, {0});
    using sheets::Cell;
    sheet->row(std::vector<Cell>{Cell::of_text("代理商"), Cell::of_text("huanan"), Cell::of_text("华南"),
                                 Cell::of_number("13800138000"), Cell::of_text("广东省、广西壮族自治区")});
    sheet->row(std::vector<Cell>{Cell::of_text("客户"), {}, Cell::of_text("张三"), Cell::of_text("139 0013 9000")});
    sheet->row(std::vector<Cell>{Cell::of_text("客户"), {}, Cell::of_text("李四"), Cell::of_text("139-0013-9000")});
    sheet->row(std::vector<Cell>{Cell::of_text("管理员"), Cell::of_text("root2")});
    sheet->row(std::vector<Cell>{Cell::of_text("经理"), Cell::of_text("boss")});
    sheet->finish();
    std::ifstream in(path, std::ios::binary);
    auto id = uploaded(people, std::string(std::istreambuf_iterator<char>(in), {}));
    EXPECT_EQ(checked(id).at("data.good"), "2");
    EXPECT_THAT(problems(id), ElementsAre("4 phone identity.phone_taken", "5 user_type identity.agents_and_customers",
                                          "6 user_type field.not_one_of"));
    EXPECT_THAT(get("/api/imports/" + id + "/errors/").at("data[2].message"), HasSubstr("代理商、客户"));
    EXPECT_EQ(written(id, true).at("data.state"), "done");
    auto agent = get("/api/users/?phone=13800138000");
    EXPECT_EQ(agent.at("data[0].username"), "huanan") << agent.body;
    EXPECT_EQ(agent.at("data[0].territories[1]"), "广西壮族自治区");
    EXPECT_EQ(get("/api/users/?phone=13900139000").at("data[0].name"), "张三");
    // What was in the file about people is not to be read in the database.
    EXPECT_EQ(value("SELECT sample FROM desk_import").find("13800138000"), std::string::npos);
}

TEST_P(Imports, TakeRepairs) {
    auto agent = make_user("huanan", 1, R"(,"territories":["广东省"])");
    make_user("ligong", 3, R"(,"name":"李工")");
    make_units(make_type("YL-1"), {"A1"}, agent);
    ASSERT_EQ(post("/api/products/activate/", R"({"qrcode_id":"A1","phone":"13900139000"})").status, 200);
    auto id =
        uploaded("repair.repair_records.create", "序列号\t原因\t联系电话\t维修人员\nA1\t不开机\t13900139000\t李工\n");
    EXPECT_EQ(checked(id).at("data.good"), "1") << get("/api/imports/" + id + "/errors/").body;
    EXPECT_EQ(written(id).at("data.state"), "done");
    EXPECT_EQ(get("/api/repair-records/").at("data[0].technician"), "李工");
}

TEST_P(Imports, AreTheirOwnersAndAskForTheRouteSRight) {
    auto id = uploaded(types, "型号,名称,保修月数\nA,a,1\n");
    make_user("li", 3);
    make_user("huanan", 1);
    auto staff = login("li", password), agent = login("huanan", password);
    as(staff);
    EXPECT_EQ(look(id).status, 404);
    EXPECT_EQ(post("/api/imports/" + id + "/check/", "").status, 404);
    EXPECT_EQ(get("/api/imports/" + id + "/bad-rows/").status, 404);
    EXPECT_EQ(upload(people, "用户名\na\n").status, 403);
    as(agent);
    EXPECT_EQ(upload(types, "型号\nA\n").status, 403);
    EXPECT_EQ(get("/api/import-targets/").count("data"), 0u);
    as_nobody();
    EXPECT_EQ(upload(types, "型号\nA\n").status, 401);
}

TEST_P(Imports, SayWhatTheyTake) {
    auto targets = get("/api/import-targets/");
    ASSERT_EQ(targets.status, 200) << targets.body;
    EXPECT_GE(targets.count("data"), 6u);
    EXPECT_EQ(targets.at("data[0].route"), types);
    EXPECT_EQ(targets.at("data[0].fields[0].label"), "产品名称");
    EXPECT_EQ(targets.at("data[0].fields[0].required"), "true");
    const auto path = (folder_.path() / "template.xlsx").string();
    auto sheet = get("/api/import-targets/" + types + "/template/");
    ASSERT_EQ(sheet.status, 200);
    std::ofstream(path, std::ios::binary) << sheet.body;
    EXPECT_THAT(rows_of(path)[0], StartsWith("产品名称 *|型号 *|品牌|规格参数|保修期（月） *"));
    // Its own headings are understood.
    auto made = upload(types, "产品名称 *,型号 *,保修期（月） *\na,A,1\n");
    EXPECT_EQ(made.at("data.mapping.产品名称 *"), "name");
    EXPECT_EQ(made.at("data.mapping.保修期（月） *"), "warranty_months");
    EXPECT_EQ(get("/api/import-targets/nothing/template/").status, 404);
}

TEST_P(Imports, AreMatchedByHand) {
    auto id = uploaded(types, "甲,乙,丙,乙\nA,a,12,x\n");
    EXPECT_EQ(look(id).at("data.columns[3]"), "乙 (D)");
    auto unmatched = post("/api/imports/" + id + "/check/", "");
    EXPECT_EQ(unmatched.status, 422);
    EXPECT_EQ(unmatched.at("error.fields[0].code"), "desk.column_needed");
    auto map = [&](std::string_view mapping) {
        return put("/api/imports/" + id + "/", fmt::format(R"({{"mapping":{}}})", mapping));
    };
    EXPECT_EQ(map(R"({"丁":"model"})").at("error.fields[0].code"), "desk.no_such_column");
    EXPECT_EQ(map(R"({"甲":"colour"})").at("error.fields[0].code"), "field.unknown");
    EXPECT_EQ(map(R"({"甲":"model","乙":"model"})").at("error.fields[0].code"), "desk.field_twice");
    EXPECT_EQ(map(R"x({"甲":"model","乙":"name","丙":"warranty_months","乙 (D)":""})x").status, 200);
    EXPECT_EQ(post("/api/imports/" + id + "/run/", "{}").at("error.code"), "desk.import_unchecked");
    EXPECT_EQ(checked(id).at("data.good"), "1");
    // Another mapping wants another check.
    EXPECT_EQ(map(R"({"甲":"model","乙":"name","丙":"warranty_months"})").at("data.state"), "uploaded");
    EXPECT_EQ(post("/api/imports/" + id + "/run/", "{}").status, 409);
}

TEST_P(Imports, RefuseWhatIsNoSheet) {
    EXPECT_EQ(upload(types, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1").at("error.code"), "sheets.old_format");
    EXPECT_EQ(upload(types, "\x89PNG\r\n").status, 415);
    EXPECT_EQ(upload(types, "型号,名称\n").at("error.fields[0].code"), "desk.no_rows");
    EXPECT_EQ(upload("units.products.list", "a\nb\n").status, 404);
    EXPECT_EQ(ask_with_parts("POST", "/api/imports/?route=" + types, {}).at("error.fields[0].code"), "desk.one_file");
    std::string many = "型号\n";
    for (int i = 0; i < 50'001; ++i) many += "x\n";
    auto refused = upload(types, many);
    EXPECT_EQ(refused.status, 413);
    EXPECT_EQ(refused.at("error.code"), "sheets.too_many_rows");
    EXPECT_EQ(count("desk_import"), 0);
    EXPECT_EQ(count("files_file"), 0);
}

TEST_P(Imports, StandStillWhileAJobIsAtThem) {
    app().stop_background();
    auto id = uploaded(types, "型号,名称,保修月数\nA,a,1\n");
    auto job = post("/api/imports/" + id + "/check/", "").at("data.job_id");
    EXPECT_EQ(look(id).at("data.state"), "checking");
    EXPECT_EQ(look(id).at("data.job_id"), job);
    EXPECT_EQ(post("/api/imports/" + id + "/check/", "").at("error.code"), "desk.import_busy");
    EXPECT_EQ(put("/api/imports/" + id + "/", R"({"mapping":{}})").at("error.code"), "desk.import_busy");
    // A job that is cancelled leaves it free again.
    ASSERT_EQ(post("/api/jobs/" + job + "/cancel/", "{}").status, 200);
    EXPECT_EQ(look(id).at("data.state"), "failed");
    app().start_background();
    EXPECT_EQ(checked(id).at("data.good"), "1");
}

TEST_P(Imports, EndWithTheRightThatTheyNeed) {
    app().stop_background();
    auto li = make_user("li", 3);
    as(login("li", password));
    auto id = uploaded(types, "型号,名称,保修月数\nA,a,1\n");
    auto job = post("/api/imports/" + id + "/check/", "").at("data.job_id");
    as_admin();
    ASSERT_EQ(put("/api/users/" + li + "/", R"({"active":false})").status, 200);
    app().start_background();
    EXPECT_EQ(finished(job), "discarded");
}

}  // namespace
}  // namespace yuanliu
