package org.millrace.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.millrace.connector.RegisterAsset;

/**
 * One page of a system's register of assets.
 *
 * @param next what leads to the next page; empty when this was the last
 * @param total how many assets there are on all pages, where the system says it
 */
public record RegisterPage(List<RegisterAsset> assets, Optional<JsonNode> next, OptionalLong total) {}
