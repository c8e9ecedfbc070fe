package fake

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"keyroster/providers/sandbox"
)

// validate checks what a client sent, as far as the published contract and the vendor's own
// tools document what the service accepts.
func validate(content sandbox.Object) []detail {
	v := &validator{content: content}
	v.text("title", content["title"], true)
	v.text("cardDesignTemplate", content["cardDesignTemplate"], true)
	for _, name := range []string{"description", "cardType", "issuerName"} {
		v.text(name, content[name], false)
	}
	v.choice("management.mode", members(content["management"])["mode"], "AUTOMATED", "MANAGED")
	if multiple := content["multiple"]; !isNull(multiple) {
		v.text("multiple.expression", members(multiple)["expression"], true)
	}
	if revoke := members(content["onDelete"])["revokeIssuedCredentials"]; !isNull(revoke) && string(revoke) != "true" &&
		string(revoke) != "false" {
		v.add("INVALID_VALUE", "onDelete.revokeIssuedCredentials", "must be a boolean", nil)
	}
	v.metadata()
	v.expiration()
	return v.details
}

type validator struct {
	content sandbox.Object
	details []detail
}

func (v *validator) add(code, target, message string, i *inner) {
	v.details = append(v.details, detail{Code: code, Target: target, Message: message, Inner: i})
}

func (v *validator) text(target string, raw json.RawMessage, required bool) {
	switch {
	case isNull(raw) && required:
		v.add("REQUIRED_VALUE", target, "is required", nil)
	case isNull(raw):
	case raw[0] != '"':
		v.add("INVALID_VALUE", target, "must be a string", nil)
	case required && text(raw) == "":
		v.add("REQUIRED_VALUE", target, "must not be empty", nil)
	}
}

func (v *validator) choice(target string, raw json.RawMessage, values ...string) {
	if !isNull(raw) && !slices.Contains(values, text(raw)) {
		v.add("INVALID_VALUE", target, "is not one of the allowed values", &inner{Values: values})
	}
}

func (v *validator) number(target string, raw json.RawMessage, low, high int) {
	if isNull(raw) {
		return
	}
	if n, err := strconv.Atoi(string(raw)); err != nil || n < low || n > high {
		v.add("INVALID_VALUE", target, "Out of range.", &inner{Minimum: &low, Maximum: &high})
	}
}

const colorPattern = "^#[A-Fa-f0-9]{6}$"

var isColor = regexp.MustCompile(colorPattern).MatchString

func (v *validator) metadata() {
	metadata := members(v.content["metadata"])
	if metadata == nil {
		v.add("REQUIRED_VALUE", "metadata", "is required", nil)
		return
	}
	for _, name := range []string{"name", "description", "backgroundImage", "logoImage"} {
		v.text("metadata."+name, metadata[name], false)
	}
	for _, name := range []string{"cardColor", "textColor"} {
		if raw := metadata[name]; !isNull(raw) && !isColor(text(raw)) {
			v.add("INVALID_VALUE", "metadata."+name, "is not a colour", &inner{Pattern: colorPattern})
		}
	}
	v.number("metadata.bgOpacityPercent", metadata["bgOpacityPercent"], 0, 100)
	v.number("metadata.columns", metadata["columns"], 1, 3)
	v.number("metadata.version", metadata["version"], 0, 1<<31-1)
	if isNull(metadata["fields"]) {
		return
	}
	var fields []sandbox.Object
	if json.Unmarshal(metadata["fields"], &fields) != nil {
		v.add("INVALID_VALUE", "metadata.fields", "must be a list of objects", nil)
		return
	}
	for i, f := range fields {
		v.field(fmt.Sprintf("metadata.fields[%d]", i), f)
	}
}

func (v *validator) field(target string, f sandbox.Object) {
	for _, name := range []string{"id", "title", "type"} {
		v.text(target+"."+name, f[name], true)
	}
	if raw := f["isVisible"]; string(raw) != "true" && string(raw) != "false" {
		v.add("REQUIRED_VALUE", target+".isVisible", "is required", nil)
	}
	v.choice(target+".type", f["type"], "Alphanumeric Text", "Directory Attribute", "Issued Timestamp")
	directory := text(f["type"]) == "Directory Attribute"
	switch {
	case directory && text(f["attribute"]) == "":
		v.add("REQUIRED_VALUE", target+".attribute", "is required", nil)
	case !directory && !isNull(f["attribute"]):
		v.add("CONSTRAINT_VIOLATION", target+".attribute", "is for directory attributes only", nil)
	case text(f["type"]) == "Alphanumeric Text" && isNull(f["value"]) && isNull(f["values"]) && modeOf(v.content) == "AUTOMATED":
		v.add("REQUIRED_VALUE", target+".value", "is required where credentials are issued automatically", nil)
	}
}

func (v *validator) expiration() {
	if isNull(v.content["expiration"]) {
		return
	}
	e := members(v.content["expiration"])
	if modeOf(v.content) == "MANAGED" {
		v.add("CONSTRAINT_VIOLATION", "expiration", "is permitted only when management.mode is AUTOMATED", nil)
	}
	ways := 0
	for _, name := range []string{"after", "timestamp", "expression"} {
		if !isNull(e[name]) {
			ways++
		}
	}
	if ways != 1 {
		v.add("INVALID_VALUE", "expiration", "requires one and only one of after, timestamp and expression", nil)
	}
	if isNull(e["type"]) {
		v.add("REQUIRED_VALUE", "expiration.type", "is required", nil)
	}
	v.choice("expiration.type", e["type"], "SOFT", "HARD")
	if text(e["type"]) == "SOFT" && text(e["fieldName"]) == "" {
		v.add("REQUIRED_VALUE", "expiration.fieldName", "is required when expiration.type is SOFT", nil)
	}
}
