// The base of test suites that run on both databases:
//
//     class RepairTest : public DbTest {
//         std::vector<Migration> migrations() const override { return …; }
//     };
//     YL_BOTH_DATABASES(RepairTest);
//     TEST_P(RepairTest, opens_a_ticket) { db().write([&](Tx& tx) { … }); }
#pragma once

#include <gtest/gtest.h>

#include "base/crypto.hpp"
#include "kit/test_database.hpp"

namespace yuanliu {

class DbTest : public ::testing::TestWithParam<Backend> {
 protected:
    void SetUp() override {
        test_database_ = std::make_unique<TestDatabase>(GetParam(), migrations(), env_, vault_, options());
    }
    void TearDown() override { test_database_.reset(); }

    virtual std::vector<Migration> migrations() const = 0;
    virtual DatabaseOptions options() const { return TestDatabase::default_options(); }

    Database& db() { return test_database_->db(); }
    TestDatabase& test_database() { return *test_database_; }
    FakeEnv& env() { return env_; }
    Vault& vault() { return vault_; }
    bool on_sqlite() const { return GetParam() == Backend::sqlite; }

 private:
    FakeEnv env_;
    Vault vault_{test_key(), env_};
    std::unique_ptr<TestDatabase> test_database_;
};

}  // namespace yuanliu

#define YL_BOTH_DATABASES(Suite)                                                                  \
    INSTANTIATE_TEST_SUITE_P(                                                                     \
        Both, Suite, ::testing::Values(::yuanliu::Backend::sqlite, ::yuanliu::Backend::postgres), \
        [](const auto& info) { return info.param == ::yuanliu::Backend::sqlite ? "sqlite" : "postgres"; })
