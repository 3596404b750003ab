package dev.dorado.rules.step;

import java.util.List;

/**
 * A step on the way from events to facts.
 *
 * @param target its name, by which others send to it
 * @param function what it does
 * @param feeds where its outputs go
 */
public record Step(Target target, StepFunction function, List<Target> feeds) {}
