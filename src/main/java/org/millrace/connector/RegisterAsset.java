package org.millrace.connector;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One machine as the register of a maintenance system describes it.
 *
 * @param id the key by which the system addresses it
 * @param number what its label says; the id where there is none
 * @param parent the {@code id} of the asset it is part of
 * @param location where it stands, from the outside inwards, in the system's words; may be empty
 * @param type what kind of machine it is, in the system's words
 * @param criticality as the file's jq gives it: A, B or C, or something that is none of them
 * @param cmms what the asset file is to say under {@code cmms}
 */
public record RegisterAsset(
        String id,
        String number,
        String name,
        Optional<String> parent,
        List<String> location,
        Optional<String> type,
        Optional<String> criticality,
        Map<String, String> cmms) {}
