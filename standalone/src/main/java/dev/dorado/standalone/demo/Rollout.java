package dev.dorado.standalone.demo;

import java.time.Instant;

/**
 * A run that brings a version of a service to an environment.
 *
 * @param id number of the deployment
 * @param service whose version
 * @param environment name of the environment
 * @param production whether the environment is production
 * @param sha what is deployed
 * @param startedAt when the run starts
 * @param finishedAt when it ends
 * @param succeeded how it ends
 */
record Rollout(
    long id,
    DemoService service,
    String environment,
    boolean production,
    String sha,
    Instant startedAt,
    Instant finishedAt,
    boolean succeeded) {}
