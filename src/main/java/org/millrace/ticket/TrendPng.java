package org.millrace.ticket;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * The picture of {@link TrendSvg} as a PNG of twice its size, for systems that show no SVG. Draws the few shapes that
 * picture is made of (rectangles, straight paths, texts), so that both always show the same.
 */
public final class TrendPng {
    private static final int SCALE = 2;
    private static final Pattern STEP = Pattern.compile("([MLhv])\\s*(-?[0-9.]+)(?:\\s+(-?[0-9.]+))?");

    private TrendPng() {}

    /** @return empty when there is no picture, or this machine has no fonts to draw with */
    public static Optional<byte[]> of(String svg) {
        if (svg.isEmpty()) {
            return Optional.empty();
        }
        try {
            BufferedImage image =
                    new BufferedImage(TrendSvg.WIDTH * SCALE, TrendSvg.HEIGHT * SCALE, BufferedImage.TYPE_INT_RGB);
            Graphics2D to = image.createGraphics();
            to.scale(SCALE, SCALE);
            to.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            draw(svg, to);
            to.dispose();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            return ImageIO.write(image, "png", bytes) ? Optional.of(bytes.toByteArray()) : Optional.empty();
        } catch (IOException | XMLStreamException | RuntimeException | LinkageError | InternalError e) {
            return Optional.empty(); // a Java runtime without fonts or java.desktop; the SVG says it all
        }
    }

    private static void draw(String svg, Graphics2D to) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        XMLStreamReader xml = factory.createXMLStreamReader(new StringReader(svg));
        while (xml.hasNext()) {
            if (xml.next() != XMLStreamReader.START_ELEMENT) {
                continue;
            }
            switch (xml.getLocalName()) {
                case "rect" -> rectangle(xml, to);
                case "path" -> path(xml, to);
                case "text" -> text(xml, to);
                default -> {} // the title is for screen readers
            }
        }
    }

    private static void rectangle(XMLStreamReader xml, Graphics2D to) {
        to.setColor(Color.decode(value(xml, "fill", "#000000")));
        to.fill(new Rectangle2D.Double(
                number(xml, "x", 0), number(xml, "y", 0), number(xml, "width", 0), number(xml, "height", 0)));
    }

    private static void path(XMLStreamReader xml, Graphics2D to) {
        Path2D path = new Path2D.Double();
        double x = 0;
        double y = 0;
        Matcher step = STEP.matcher(value(xml, "d", ""));
        while (step.find()) {
            double first = Double.parseDouble(step.group(2));
            switch (step.group(1)) {
                case "h" -> x += first;
                case "v" -> y += first;
                default -> {
                    x = first;
                    y = Double.parseDouble(step.group(3));
                }
            }
            if (step.group(1).equals("M")) {
                path.moveTo(x, y);
            } else {
                path.lineTo(x, y);
            }
        }
        boolean round = value(xml, "stroke-linecap", "").equals("round");
        String dashes = value(xml, "stroke-dasharray", "");
        to.setColor(Color.decode(value(xml, "stroke", "#000000")));
        to.setStroke(new BasicStroke(
                (float) number(xml, "stroke-width", 1),
                round ? BasicStroke.CAP_ROUND : BasicStroke.CAP_BUTT,
                round ? BasicStroke.JOIN_ROUND : BasicStroke.JOIN_MITER,
                10,
                dashes.isEmpty() ? null : dashes(dashes),
                0));
        to.draw(path);
    }

    private static float[] dashes(String text) {
        String[] parts = text.split(" ");
        float[] dashes = new float[parts.length];
        for (int i = 0; i < parts.length; i++) {
            dashes[i] = Float.parseFloat(parts[i]);
        }
        return dashes;
    }

    private static void text(XMLStreamReader xml, Graphics2D to) throws XMLStreamException {
        boolean bold = value(xml, "font-weight", "").equals("600");
        float size = (float) number(xml, "font-size", 11);
        double x = number(xml, "x", 0);
        double y = number(xml, "y", 0);
        String anchor = value(xml, "text-anchor", "start");
        Color fill = Color.decode(value(xml, "fill", "#000000"));
        boolean halo = value(xml, "paint-order", "").equals("stroke");
        String text = xml.getElementText();
        if (text.isBlank()) {
            return;
        }
        Font font = new Font(Font.SANS_SERIF, bold ? Font.BOLD : Font.PLAIN, 1).deriveFont(size);
        TextLayout layout = new TextLayout(text, font, to.getFontRenderContext());
        double left = switch (anchor) {
            case "end" -> x - layout.getAdvance();
            case "middle" -> x - layout.getAdvance() / 2;
            default -> x;
        };
        if (halo) {
            Shape outline = layout.getOutline(AffineTransform.getTranslateInstance(left, y));
            to.setColor(Color.WHITE);
            to.setStroke(new BasicStroke(3, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            to.draw(outline);
        }
        to.setColor(fill);
        layout.draw(to, (float) left, (float) y);
    }

    private static String value(XMLStreamReader xml, String name, String otherwise) {
        String value = xml.getAttributeValue(null, name);
        return value == null ? otherwise : value;
    }

    private static double number(XMLStreamReader xml, String name, double otherwise) {
        String value = xml.getAttributeValue(null, name);
        return value == null ? otherwise : Double.parseDouble(value);
    }
}
