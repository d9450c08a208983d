import vue from "eslint-plugin-vue";
import a11y from "eslint-plugin-vuejs-accessibility";
import ts from "typescript-eslint";

export default ts.config(
    { ignores: ["node_modules/"] },
    ...ts.configs.strict,
    ...vue.configs["flat/recommended"],
    ...a11y.configs["flat/recommended"],
    {
        files: ["**/*.vue"],
        languageOptions: { parserOptions: { parser: ts.parser } },
    },
    {
        rules: {
            "max-lines": ["error", 800],
            "max-len": ["error", { code: 160, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreUrls: true, ignorePattern: "defineWords|^ {8}\\w+: \"" }],
            "@typescript-eslint/no-explicit-any": "error",
            "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_", argsIgnorePattern: "^_", destructuredArrayIgnorePattern: "^_" }],
            "@typescript-eslint/no-invalid-void-type": "off",
            "@typescript-eslint/no-dynamic-delete": "off",
            "vue/html-indent": ["error", 4, { attribute: 1, alignAttributesVertically: false }],
            "vue/max-attributes-per-line": "off",
            "vue/singleline-html-element-content-newline": "off",
            "vue/multi-word-component-names": "off",
            "vue/component-name-in-template-casing": ["error", "PascalCase"],
            "vue/html-self-closing": ["error", { html: { void: "never", normal: "never", component: "always" } }],
            "vue/require-default-prop": "off",
            "vue/first-attribute-linebreak": "off",
            "vue/html-closing-bracket-newline": "off",
            "vue/no-v-html": "error",
            // Element Plus's form item ties its label to the control by itself.
            "vuejs-accessibility/label-has-for": "off",
            "vuejs-accessibility/form-control-has-label": "off",
            "vuejs-accessibility/no-autofocus": "off",
        },
    },
);
