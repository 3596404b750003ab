/** Why a fact is what it is, told in order from what the fact itself carries; as pure functions. */
package dev.dorado.api.stories;
