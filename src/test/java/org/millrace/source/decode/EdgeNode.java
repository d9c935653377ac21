package org.millrace.source.decode;

import java.io.IOException;
import java.util.Date;
import java.util.List;
import org.eclipse.tahu.message.SparkplugBPayloadEncoder;
import org.eclipse.tahu.message.model.Metric;
import org.eclipse.tahu.message.model.MetricDataType;
import org.eclipse.tahu.message.model.PropertyDataType;
import org.eclipse.tahu.message.model.PropertySet;
import org.eclipse.tahu.message.model.PropertyValue;
import org.eclipse.tahu.message.model.SparkplugBPayload;

/** Payloads of a Sparkplug edge node as Eclipse Tahu encodes them. */
public final class EdgeNode {
    public static final long TIME = 1_700_000_000_000L;

    private EdgeNode() {}

    public static Metric metric(String name, long alias, MetricDataType type, Object value) {
        try {
            return new Metric.MetricBuilder(name, type, value)
                    .alias(alias)
                    .timestamp(new Date(TIME))
                    .createMetric();
        } catch (Exception e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** As in data: the alias instead of the name. */
    public static Metric unnamed(long alias, MetricDataType type, Object value) {
        Metric metric = metric("x", alias, type, value);
        metric.setName(null);
        return metric;
    }

    public static Metric withQuality(Metric metric, int quality) {
        try {
            metric.setProperties(new PropertySet.PropertySetBuilder()
                    .addProperty("engUnit", new PropertyValue(PropertyDataType.String, "Cel"))
                    .addProperty("Quality", new PropertyValue(PropertyDataType.Int32, quality))
                    .createPropertySet());
            return metric;
        } catch (Exception e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** @param seq -1 for none */
    public static byte[] payload(long seq, List<Metric> metrics) {
        SparkplugBPayload.SparkplugBPayloadBuilder builder = new SparkplugBPayload.SparkplugBPayloadBuilder()
                .setTimestamp(new Date(TIME))
                .addMetrics(metrics);
        if (seq >= 0) {
            builder.setSeq(seq);
        }
        try {
            return new SparkplugBPayloadEncoder().getBytes(builder.createPayload(), false);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
