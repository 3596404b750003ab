/**
 * The rules as a whole: {@link dev.dorado.rules.Rules} lists where events enter and the steps that
 * follow, {@link dev.dorado.rules.Rule} lists the numbered rules, and {@link
 * dev.dorado.rules.RuleSettings} holds their settings. No single rule is implemented here.
 */
package dev.dorado.rules;
