// The schema of both databases, held to the Records that describe its rows.
#include <fmt/format.h>

#include <map>

#include "contract/application.hpp"
#include "contract/golden.hpp"
#include "kit/db_test.hpp"

namespace yuanliu::contract {

struct Column {
    std::string table_name, name, type;
    bool nullable = false;
};
YL_RECORD(Column, "contract.column", table_name, name, type, nullable)

namespace {

class DriftTest : public DbTest {
 protected:
    std::vector<Migration> migrations() const override { return application().migrations; }

    std::map<std::string, std::map<std::string, Column>> tables() {
        const char* sql =
            on_sqlite()
                ? "SELECT m.name AS table_name, c.name AS name, lower(c.type) AS type,"
                  " c.\"notnull\" = 0 AND c.pk = 0 AS nullable"
                  " FROM sqlite_schema m, pragma_table_info(m.name) c"
                  " WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid"
                : "SELECT c.table_name::text AS table_name, c.column_name::text AS name, c.data_type::text AS type,"
                  " c.is_nullable = 'YES' AS nullable FROM information_schema.columns c"
                  " JOIN information_schema.tables t ON t.table_name = c.table_name AND t.table_schema = c.table_schema"
                  " WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'"
                  " ORDER BY c.table_name, c.ordinal_position";
        std::map<std::string, std::map<std::string, Column>> out;
        for (auto& column : db().read([&](Rx& rx) { return rx.all<Column>(sql); }))
            out[column.table_name][column.name] = column;
        return out;
    }
};
YL_BOTH_DATABASES(DriftTest);

// How a field is stored, in the words of PostgreSQL; SQLite keeps what the migration said.
std::set<std::string> stored_as(const Type& type) {
    switch (type.kind) {
        case Kind::boolean: return {"boolean"};
        case Kind::integer:
        case Kind::number_choice: return {"integer", "bigint", "smallint"};
        case Kind::id:
        case Kind::money:
        case Kind::qty:
        case Kind::time: return {"bigint", "integer"};
        case Kind::real: return {"double precision", "real", "double"};
        default: return {"text"};
    }
}

TEST_P(DriftTest, every_field_of_a_row_has_its_column) {
    auto tables = this->tables();
    for (const Record* record : application().rows) {
        auto table = tables.find(std::string(record->name));
        if (table == tables.end()) {
            ADD_FAILURE() << "no migration makes the table " << record->name;
            continue;
        }
        for (const auto& field : record->fields) {
            auto column = table->second.find(std::string(field.name));
            if (column == table->second.end()) {
                ADD_FAILURE() << record->name << "." << field.name << " has no column";
                continue;
            }
            EXPECT_EQ(column->second.nullable, field.type->optional)
                << record->name << "." << field.name << ": optional fields are nullable, and no others";
            if (!on_sqlite()) {
                EXPECT_TRUE(stored_as(*field.type).contains(column->second.type))
                    << record->name << "." << field.name << " is stored as " << column->second.type;
            }
        }
    }
}

TEST_P(DriftTest, every_column_belongs_to_a_field) {
    const auto without_record = exceptions("table_without_record"), without_field = exceptions("column_without_field");
    std::map<std::string, const Record*> rows;
    for (const Record* record : application().rows) rows.emplace(record->name, record);
    for (const auto& [table, columns] : tables()) {
        auto record = rows.find(table);
        if (record == rows.end()) {
            EXPECT_TRUE(without_record.contains(table))
                << "no Record of contract/application.cpp describes the table " << table;
            continue;
        }
        for (const auto& [name, column] : columns)
            EXPECT_TRUE(record->second->find(name) || without_field.contains(table + "." + name))
                << table << "." << name << " has no field";
    }
}

}  // namespace
}  // namespace yuanliu::contract
