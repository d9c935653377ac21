package org.millrace.route;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.DefaultComponent;

/** The hub's one Camel component: {@code hub:<step>[/<name>][?options]}, see {@link HubStep}. */
public final class HubComponent extends DefaultComponent {
    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        int slash = remaining.indexOf('/');
        String word = slash < 0 ? remaining : remaining.substring(0, slash);
        String name = slash < 0 ? "" : remaining.substring(slash + 1);
        HubStep step = HubStep.of(word)
                .orElseThrow(() -> new IllegalArgumentException(
                        "hub:" + remaining + ": there is no step '" + word + "'; steps are " + HubStep.words()));
        HubEndpoint endpoint = new HubEndpoint(uri, this, step, name, port());
        setProperties(endpoint, parameters);
        endpoint.check();
        return endpoint;
    }

    private HubPort port() {
        return CamelContextHelper.mandatoryLookup(getCamelContext(), HubPort.NAME, HubPort.class);
    }
}
