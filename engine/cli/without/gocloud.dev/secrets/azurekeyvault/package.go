// Package azurekeyvault offers no keys of Azure's.
package azurekeyvault
